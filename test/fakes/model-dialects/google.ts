import {
  callId,
  type Dialect,
  type FakeMessage,
  frame,
  pieces,
  require,
  requireResults,
  toolNames,
} from './dialect.ts';
import { readFile } from './files.ts';

interface Part {
  text?: string;
  thought?: boolean;
  thoughtSignature?: string;
  inlineData?: { mimeType?: string; data?: string };
  functionCall?: { id?: string; name: string; args: unknown };
  functionResponse?: { id?: string; name: string; response: { content?: unknown } };
}

const PATH = /^\/v1beta\/models\/([^/:]+):streamGenerateContent$/;
const STATUS: Record<number, string> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
};

/** Google's generateContent, streamed as server-sent events. It has no way to send arguments that are not JSON. */
export const google: Dialect = {
  matches: (path) => PATH.test(path),
  key: (headers) => headers['x-goog-api-key'] as string | undefined,
  error: (status, message) => ({ error: { code: status, message, status: STATUS[status] ?? 'UNKNOWN' } }),

  read(body, path) {
    require(Array.isArray(body.contents) && body.contents.length > 0, 'contents is not specified');
    const contents = body.contents as { role: string; parts: Part[] }[];
    require(contents[0]?.role === 'user', 'the first content must be of the user');
    const messages = contents.map(readContent);
    requireResults(pairUp(messages));
    const system =
      (body.systemInstruction as { parts: Part[] } | undefined)?.parts.map(({ text = '' }) => text) ?? [];
    const said: FakeMessage[] = system.map((text) => ({ role: 'system', text }));
    const declared = ((body.tools ?? []) as { functionDeclarations?: { name: string }[] }[]).flatMap(
      (tool) => tool.functionDeclarations ?? [],
    );
    return {
      model: PATH.exec(path)?.[1] ?? '',
      messages: [...said, ...messages],
      tools: toolNames(declared.map((tool) => tool.name)),
    };
  },

  stream({ text = '', reasoning, calls = [] }, { model }) {
    const candidate = (parts: Part[], characters = 0, rest = {}) =>
      frame(
        { candidates: [{ content: { role: 'model', parts }, index: 0, ...rest }], modelVersion: model },
        characters,
      );
    const signature = reasoning ? { thoughtSignature: `signed:${reasoning}` } : {};
    const malformed = calls.some(({ input }) => typeof input === 'string');
    const frames = [
      ...(reasoning ? [candidate([{ text: reasoning, thought: true }])] : []),
      ...pieces(text).map((piece) => candidate([{ text: piece }], piece.length)),
      ...(malformed ? [] : calls).map(({ name, input, id = callId('fc_') }, index) =>
        candidate(
          [{ functionCall: { id, name, args: input }, ...(index === 0 ? signature : {}) }],
          JSON.stringify(input).length,
        ),
      ),
    ];
    const usageMetadata = { promptTokenCount: 11, candidatesTokenCount: 7, totalTokenCount: 18 };
    const finishReason = malformed ? 'MALFORMED_FUNCTION_CALL' : 'STOP';
    const last = {
      candidates: [{ content: { role: 'model', parts: [{ text: '' }] }, finishReason, index: 0 }],
      usageMetadata,
    };
    return { frames, ending: [frame(last)] };
  },
};

function readContent({ role, parts }: { role: string; parts: Part[] }): FakeMessage {
  require(role === 'user' || role === 'model', `contents: role ${role} is not user or model`);
  require(parts.length > 0, 'contents.parts must not be empty');
  const text = parts.map((part) => (part.thought ? '' : (part.text ?? ''))).join('');
  const toolCalls = parts.flatMap(({ functionCall: call }) =>
    call ? [{ id: call.id ?? '', name: call.name, input: call.args }] : [],
  );
  const toolResults = parts.flatMap(({ functionResponse: result }) =>
    result ? [{ id: result.id ?? '', output: String(result.response.content) }] : [],
  );
  const signatures = parts.flatMap((part) => part.thoughtSignature ?? []);
  if (role === 'model') return { role: 'assistant', text, toolCalls, signatures };
  const files = parts.flatMap(({ inlineData: file }) => (file ? [readFile(file.mimeType, file.data)] : []));
  if (toolResults.length > 0) return { role: 'tool', text, toolResults };
  return { role: 'user', text, ...(files.length > 0 ? { files } : {}) };
}

/** Calls and responses belong together by position where they have no ids. */
function pairUp(messages: FakeMessage[]): FakeMessage[] {
  return messages.map(({ toolCalls = [], toolResults = [], ...message }) => ({
    ...message,
    toolCalls: toolCalls.map((call, index) => ({ ...call, id: call.id || String(index) })),
    toolResults: toolResults.map((result, index) => ({ ...result, id: result.id || String(index) })),
  }));
}
