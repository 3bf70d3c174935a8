import {
  callId,
  type Dialect,
  type FakeMessage,
  frame,
  halves,
  pieces,
  require,
  requireResults,
  toolNames,
} from './dialect.ts';
import { type ReceivedFile, readDataUrl } from './files.ts';

const FIELDS = new Set(
  (
    'model messages stream stream_options tools tool_choice parallel_tool_calls temperature ' +
    'top_p max_tokens max_completion_tokens stop seed user response_format reasoning_effort'
  ).split(' '),
);

interface WirePart {
  type: string;
  text?: string;
  image_url?: { url: string };
  file?: { filename?: string; file_data?: string };
}

interface WireMessage {
  role: string;
  content?: string | null | WirePart[];
  tool_calls?: { id: string; type: string; function: { name: string; arguments: string } }[];
  tool_call_id?: string;
}

/** OpenAI Chat Completions, streamed. */
export const openaiChat: Dialect = {
  matches: (path) => path === '/v1/chat/completions',
  key: (headers) => /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1],
  error: (_status, message) => ({
    error: { message, type: 'invalid_request_error', param: null, code: null },
  }),

  read(body) {
    for (const field of Object.keys(body))
      require(FIELDS.has(field), `Unrecognized request argument supplied: ${field}`);
    require(typeof body.model === 'string' && body.model, 'you must provide a model parameter');
    require(Array.isArray(body.messages) && body.messages.length > 0, "'messages' is too short");
    require(body.stream === true, 'this server only streams');
    const messages = (body.messages as WireMessage[]).map(read);
    requireResults(messages);
    const tools = (body.tools ?? []) as { function: { name: string; parameters?: { type?: string } } }[];
    for (const tool of tools)
      require(tool.function.parameters?.type === 'object', 'schema must be of type object');
    return { model: body.model, messages, tools: toolNames(tools.map((tool) => tool.function.name)) };
  },

  stream({ text = '', calls = [], usage: told = { input: 11, output: 7 } }, request, body) {
    const chunk = (choices: unknown[], rest = {}) => ({
      id: 'chatcmpl-fake',
      object: 'chat.completion.chunk',
      created: 1_700_000_000,
      model: request.model,
      choices,
      ...rest,
    });
    const delta = (value: unknown, characters = 0) =>
      frame(chunk([{ index: 0, delta: value, finish_reason: null }]), characters);
    const argument = (index: number, part: string) =>
      delta({ tool_calls: [{ index, function: { arguments: part } }] }, part.length);
    const frames = [
      delta({ role: 'assistant', content: '' }),
      ...pieces(text).map((piece) => delta({ content: piece }, piece.length)),
      ...calls.flatMap(({ name, input, id = callId('call_') }, index) => [
        delta({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] }),
        ...halves(input).map((part) => argument(index, part)),
      ]),
    ];
    const reason = calls.length > 0 ? 'tool_calls' : 'stop';
    const asksUsage = (body.stream_options as { include_usage?: boolean } | undefined)?.include_usage;
    const usage = {
      prompt_tokens: told.input,
      completion_tokens: told.output,
      total_tokens: told.input + told.output,
      ...(told.cached === undefined ? {} : { prompt_tokens_details: { cached_tokens: told.cached } }),
    };
    const ending = [
      frame(chunk([{ index: 0, delta: {}, finish_reason: reason }])),
      ...(asksUsage ? [frame(chunk([], { usage }))] : []),
      frame('[DONE]'),
    ];
    return { frames, ending };
  },
};

function read({ role, content, tool_calls: calls, tool_call_id: id }: WireMessage): FakeMessage {
  const text = Array.isArray(content) ? content.map((part) => part.text ?? '').join('') : (content ?? '');
  if (role === 'tool') {
    require(typeof id === 'string' &&
      typeof content === 'string', 'a tool message needs tool_call_id and content');
    return { role, text: '', toolResults: [{ id, output: text }] };
  }
  require(role === 'system' || role === 'user' || role === 'assistant', `unknown role: ${role}`);
  require(role === 'assistant' || text, `${role} content is empty`);
  const files = Array.isArray(content) ? content.flatMap(readPart) : [];
  require(role === 'user' || files.length === 0, `files are not allowed in ${role} messages`);
  if (!calls) return { role, text, ...(files.length > 0 ? { files } : {}) };
  const toolCalls = calls.map((call) => {
    require(call.id && call.type === 'function', 'a tool call needs an id and the type function');
    const { name, arguments: input } = call.function;
    return { id: call.id, name, input: JSON.parse(input) as unknown };
  });
  return { role, text, toolCalls };
}

function readPart({ type, image_url: image, file }: WirePart): ReceivedFile[] {
  if (type === 'text') return [];
  if (type === 'image_url') {
    const received = readDataUrl(image?.url);
    require(received.mediaType.startsWith('image/'), 'image_url must be an image');
    return [received];
  }
  require(type === 'file', `invalid content part: ${type}`);
  require(file?.filename, "Missing required parameter: 'file.filename'");
  return [readDataUrl(file.file_data, file.filename)];
}
