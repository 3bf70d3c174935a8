import {
  BadRequest,
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

interface ItemPart {
  type: string;
  text?: string;
  image_url?: string;
  filename?: string;
  file_data?: string;
}

interface Item {
  type?: string;
  role?: string;
  content?: string | ItemPart[];
  call_id?: string;
  name?: string;
  arguments?: string;
  output?: string;
  encrypted_content?: string;
}

/** OpenAI Responses, streamed. Nothing is stored, so a reference to a stored item is refused. */
export const openaiResponses: Dialect = {
  matches: (path) => path === '/v1/responses',
  key: (headers) => /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1],
  error: (_status, message) => ({
    error: { message, type: 'invalid_request_error', param: null, code: null },
  }),

  read(body) {
    require(typeof body.model === 'string', "Missing required parameter: 'model'.");
    require(Array.isArray(body.input) && body.input.length > 0, "Missing required parameter: 'input'.");
    require(body.store === false, 'this server stores nothing: store must be false');
    require(body.stream === true, 'this server only streams');
    const messages = joinCalls((body.input as Item[]).map(readItem));
    requireResults(messages);
    const tools = (body.tools ?? []) as { name: string }[];
    return { model: body.model, messages, tools: toolNames(tools.map((tool) => tool.name)) };
  },

  stream({ text = '', reasoning, calls = [] }, { model }) {
    const event = (type: string, rest: object, characters = 0) =>
      frame({ type, sequence_number: 0, ...rest }, characters, type);
    const response = { id: 'resp_fake', created_at: 1_700_000_000, model };
    let index = -1;
    const item = (
      added: { id: string },
      done: object,
      middle: (output_index: number) => ReturnType<typeof event>[],
    ) => {
      index += 1;
      const output_index = index;
      return [
        event('response.output_item.added', { output_index, item: added }),
        ...middle(output_index),
        event('response.output_item.done', { output_index, item: { ...added, ...done } }),
      ];
    };
    const frames = [
      event('response.created', { response }),
      ...(reasoning
        ? item(
            { id: 'rs_1', type: 'reasoning', summary: [], encrypted_content: null } as { id: string },
            { encrypted_content: `signed:${reasoning}` },
            () => [],
          )
        : []),
      ...(text
        ? item(
            { id: 'msg_1', type: 'message', role: 'assistant', content: [] } as { id: string },
            {},
            (output_index) =>
              pieces(text).map((delta) =>
                event(
                  'response.output_text.delta',
                  { item_id: 'msg_1', output_index, content_index: 0, delta },
                  delta.length,
                ),
              ),
          )
        : []),
      ...calls.flatMap(({ name, input, id = callId('call_') }) => {
        const parts = halves(input);
        const item_id = `fc_${id}`;
        const added = {
          id: item_id,
          type: 'function_call',
          call_id: id,
          name,
          arguments: '',
          status: 'in_progress',
        };
        return item(added, { arguments: parts.join(''), status: 'completed' }, (output_index) => [
          ...parts.map((delta) =>
            event('response.function_call_arguments.delta', { item_id, output_index, delta }, delta.length),
          ),
          event('response.function_call_arguments.done', {
            item_id,
            output_index,
            arguments: parts.join(''),
          }),
        ]);
      }),
    ];
    const usage = { input_tokens: 11, output_tokens: 7, total_tokens: 18 };
    return {
      frames,
      ending: [event('response.completed', { response: { ...response, usage, incomplete_details: null } })],
    };
  },
};

function readItem(item: Item): FakeMessage {
  const text = Array.isArray(item.content)
    ? item.content.map((part) => part.text ?? '').join('')
    : (item.content ?? '');
  switch (item.type ?? 'message') {
    case 'message':
      if (item.role === 'user') {
        const files = Array.isArray(item.content) ? item.content.flatMap(readPart) : [];
        return { role: 'user', text, ...(files.length > 0 ? { files } : {}) };
      }
      if (item.role === 'assistant') return { role: item.role, text };
      require(item.role === 'system' || item.role === 'developer', `invalid role: ${item.role}`);
      return { role: 'system', text };
    case 'reasoning':
      return {
        role: 'assistant',
        text: '',
        signatures: item.encrypted_content ? [item.encrypted_content] : [],
      };
    case 'function_call':
      return {
        role: 'assistant',
        text: '',
        toolCalls: [
          { id: item.call_id ?? '', name: item.name ?? '', input: JSON.parse(item.arguments ?? '') },
        ],
      };
    case 'function_call_output':
      return { role: 'tool', text: '', toolResults: [{ id: item.call_id ?? '', output: item.output ?? '' }] };
    case 'item_reference':
      throw new BadRequest('Item not found: items are not persisted when `store` is set to false.', 404);
    default:
      throw new BadRequest(`invalid item type: ${item.type}`);
  }
}

function readPart({ type, image_url: image, filename, file_data: data }: ItemPart): ReceivedFile[] {
  if (type === 'input_text') return [];
  if (type === 'input_image') return [readDataUrl(image)];
  require(type === 'input_file', `invalid content type: ${type}`);
  require(filename, "Missing required parameter: 'filename'");
  return [readDataUrl(data, filename)];
}

/** What the model said and called in a row is one message, as in the other dialects. */
function joinCalls(messages: FakeMessage[]): FakeMessage[] {
  const joined: FakeMessage[] = [];
  for (const message of messages) {
    const last = joined.at(-1);
    if (message.role !== 'assistant' || last?.role !== 'assistant') joined.push({ ...message });
    else {
      last.text += message.text;
      last.toolCalls = [...(last.toolCalls ?? []), ...(message.toolCalls ?? [])];
      last.signatures = [...(last.signatures ?? []), ...(message.signatures ?? [])];
    }
  }
  return joined;
}
