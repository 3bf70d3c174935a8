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
import { type ReceivedFile, readFile } from './files.ts';

interface Block {
  type: string;
  text?: string;
  id?: string;
  name?: string;
  input?: unknown;
  tool_use_id?: string;
  content?: string | Block[];
  signature?: string;
  source?: { type: string; media_type?: string; data?: string };
  title?: string;
}

const ERROR_TYPES: Record<number, string> = {
  401: 'authentication_error',
  404: 'not_found_error',
  429: 'rate_limit_error',
};

/** Anthropic Messages, streamed. */
export const anthropic: Dialect = {
  matches: (path) => path === '/v1/messages',
  key: (headers) => headers['x-api-key'] as string | undefined,
  error: (status, message) => ({
    type: 'error',
    error: { type: ERROR_TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error'), message },
  }),

  read(body, _path, headers) {
    require(headers['anthropic-version'], 'anthropic-version: header is required');
    require(typeof body.model === 'string', 'model: Field required');
    require(typeof body.max_tokens === 'number', 'max_tokens: Field required');
    require(Array.isArray(body.messages) &&
      body.messages.length > 0, 'messages: at least one message is required');
    require(body.stream === true, 'this server only streams');
    const wire = body.messages as { role: string; content: string | Block[] }[];
    require(wire[0]?.role === 'user', 'messages: first message must use the "user" role');
    const messages = wire.flatMap(({ role, content }) => readMessage(role, content));
    requireResults(messages);
    const system = ([body.system ?? []].flat() as (string | Block)[]).map((block) => textOf([block]));
    const tools = (body.tools ?? []) as { name: string; input_schema: { type: string } }[];
    for (const tool of tools)
      require(tool.input_schema.type === 'object', 'input_schema.type must be object');
    const said: FakeMessage[] = system.map((text) => ({ role: 'system', text }));
    return {
      model: body.model,
      messages: [...said, ...messages],
      tools: toolNames(tools.map((tool) => tool.name)),
    };
  },

  stream({ text = '', reasoning, calls = [] }, { model }) {
    const event = (type: string, rest: object, characters = 0) => frame({ type, ...rest }, characters, type);
    let index = -1;
    const block = (start: object, deltas: [delta: object, characters: number][]) => {
      index += 1;
      return [
        event('content_block_start', { index, content_block: start }),
        ...deltas.map(([delta, characters]) => event('content_block_delta', { index, delta }, characters)),
        event('content_block_stop', { index }),
      ];
    };
    const usage = { input_tokens: 11, output_tokens: 0 };
    const message = {
      id: 'msg_fake',
      type: 'message',
      role: 'assistant',
      model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage,
    };
    const frames = [
      event('message_start', { message }),
      event('ping', {}),
      ...(reasoning
        ? block({ type: 'thinking', thinking: '', signature: '' }, [
            [{ type: 'thinking_delta', thinking: reasoning }, 0],
            [{ type: 'signature_delta', signature: `signed:${reasoning}` }, 0],
          ])
        : []),
      ...(text
        ? block(
            { type: 'text', text: '' },
            pieces(text).map((piece) => [{ type: 'text_delta', text: piece }, piece.length]),
          )
        : []),
      ...calls.flatMap(({ name, input, id = callId('toolu_') }) =>
        block(
          { type: 'tool_use', id, name, input: {} },
          halves(input).map((part) => [{ type: 'input_json_delta', partial_json: part }, part.length]),
        ),
      ),
    ];
    const reason = calls.length > 0 ? 'tool_use' : 'end_turn';
    const ending = [
      event('message_delta', {
        delta: { stop_reason: reason, stop_sequence: null },
        usage: { output_tokens: 7 },
      }),
      event('message_stop', {}),
    ];
    return { frames, ending };
  },
};

function textOf(blocks: (string | Block)[]): string {
  return blocks.map((block) => (typeof block === 'string' ? block : (block.text ?? ''))).join('');
}

/** A user message may carry tool results, first, and text after them. */
function readMessage(role: string, content: string | Block[]): FakeMessage[] {
  require(role === 'user' || role === 'assistant', `messages: unexpected role ${role}`);
  const blocks: Block[] = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
  for (const block of blocks)
    require(block.type !== 'text' || block.text, 'text content blocks must be non-empty');
  const text = textOf(blocks);
  if (role === 'assistant') {
    const calls = blocks.filter((block) => block.type === 'tool_use');
    for (const { id, input } of calls) {
      require(/^[\w-]+$/.test(id ?? ''), 'tool_use.id: String should match pattern ^[a-zA-Z0-9_-]+$');
      require(typeof input === 'object' &&
        input &&
        !Array.isArray(input), 'tool_use.input: Input should be an object');
    }
    const toolCalls = calls.map(({ id = '', name = '', input }) => ({ id, name, input }));
    const signatures = blocks.flatMap((block) => block.signature ?? []);
    return [{ role, text, toolCalls, signatures }];
  }
  const results = blocks.filter((block) => block.type === 'tool_result');
  require(results.every((block, index) => blocks[index] === block), 'tool_result blocks must come first');
  const toolResults = results.map(({ tool_use_id: id = '', content: output = '' }) => ({
    id,
    output: textOf([output].flat()),
  }));
  const answered: FakeMessage[] = results.length > 0 ? [{ role: 'tool', text: '', toolResults }] : [];
  const files = blocks.flatMap(readFileBlock);
  const said: FakeMessage = { role, text, ...(files.length > 0 ? { files } : {}) };
  return text || files.length > 0 ? [...answered, said] : answered;
}

function readFileBlock({ type, source, title }: Block): ReceivedFile[] {
  if (type !== 'image' && type !== 'document') return [];
  require(source?.type === 'base64', `${type}.source: only base64 is taken here`);
  const file = readFile(source.media_type, source.data, title);
  const isImage = file.mediaType.startsWith('image/');
  require(isImage === (type === 'image'), `${type}.source.media_type: ${file.mediaType} is not allowed`);
  return [file];
}
