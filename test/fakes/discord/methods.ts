import type { ApiAnswer, ApiRequest } from '../fake-api.ts';
import type { FakeFile } from '../rig.ts';
import {
  describeMessage,
  type FakeChannel,
  type FakeChannels,
  type FakeMessage,
  LOADING,
} from './channels.ts';
import { commandList, type FakeCommand } from './commands.ts';
import { wrongField } from './fields.ts';
import type { FakeGateway } from './gateway.ts';

/** What the bot's API works on. */
export interface DiscordState {
  applicationId: string;
  token: string;
  me: { id: string; username: string; bot: true };
  channels: FakeChannels;
  /** Message ids by nonce, as long as they are remembered. */
  nonces: Map<string, string>;
  /** Deferred answers by the token of their interaction; undefined while Discord has not seen the deferral. */
  interactions: Map<string, FakeMessage | undefined>;
  /** Interactions that wait for their acknowledgement, which comes by a call, by `id/token`. */
  unanswered: Map<string, FakeChannel>;
  /** Those that have it, with its type. */
  acknowledged: Map<string, number>;
  /** The bot may not read these channels. */
  hidden: Set<string>;
  settings: { commands: FakeCommand[]; endpoint?: string | null };
  gateway: () => FakeGateway;
  fileUrl: (message: string, index: number) => string;
  /** Tries an interactions endpoint as Discord does; says whether it will do. */
  verify: (url: string) => Promise<boolean>;
}

/** An error as Discord answers it. */
class DiscordError extends Error {
  readonly status: number;
  readonly code: number;
  readonly field: string | undefined;
  constructor(status: number, code: number, message: string, field?: string) {
    super(message);
    this.status = status;
    this.code = code;
    this.field = field;
  }
}

type Method = (state: DiscordState, request: ApiRequest, match: string[]) => unknown;

const MESSAGE = '/channels/(\\d+)/messages/(\\d+)';
const CALLBACK = '/interactions/(\\d+)/([^/]+)/callback';
const ANSWER = '/webhooks/(\\d+)/([^/]+)/messages/(@original|\\d+)';

const METHODS: [method: string, path: string, act: Method][] = [
  ['GET', '/gateway/bot', ({ gateway }) => ({ url: gateway().url, shards: 1, session_start_limit: LIMIT })],
  ['GET', '/users/@me', ({ me }) => me],
  ['GET', '/channels/(\\d+)', (state, _, [id]) => describeChannel(readable(state, id))],
  ['GET', '/channels/(\\d+)/messages', listMessages],
  ['POST', '/channels/(\\d+)/messages', postMessage],
  ['POST', '/channels/(\\d+)/typing', (state, _, [id]) => void readable(state, id)],
  ['GET', MESSAGE, (state, _, [id, message]) => describe(state, messageOf(readable(state, id), message))],
  ['PATCH', MESSAGE, editMessage],
  ['POST', CALLBACK, acknowledge],
  ['GET', ANSWER, (state, _, match) => describe(state, answerOf(state, match))],
  ['PATCH', ANSWER, editAnswer],
  ['DELETE', ANSWER, deleteAnswer],
  ['PUT', '/applications/(\\d+)/commands', setCommands],
  ['PATCH', '/applications/@me', setApplication],
];

const LIMIT = { total: 1000, remaining: 999, reset_after: 14_400_000, max_concurrency: 1 };

/** Answers a call of the API. */
export async function actOn(state: DiscordState, request: ApiRequest): Promise<ApiAnswer> {
  try {
    const path = /^\/v10(\/.*)$/.exec(request.path)?.[1];
    for (const [method, pattern, act] of METHODS) {
      const match = path !== undefined && method === request.method && new RegExp(`^${pattern}$`).exec(path);
      if (!match) continue;
      if (
        pattern !== ANSWER &&
        pattern !== CALLBACK &&
        request.headers.authorization !== `Bot ${state.token}`
      )
        throw new DiscordError(401, 0, '401: Unauthorized');
      const body = await act(state, request, match.slice(1));
      return body === undefined ? { status: 204 } : { status: 200, body };
    }
    throw new DiscordError(404, 0, '404: Not Found');
  } catch (error) {
    if (!(error instanceof DiscordError)) throw error;
    const { status, code, message, field } = error;
    const errors =
      field === undefined ? {} : { errors: { [field]: { _errors: [{ code: 'INVALID', message }] } } };
    return {
      status,
      body: { message: field === undefined ? message : 'Invalid Form Body', code, ...errors },
    };
  }
}

function describe({ fileUrl }: DiscordState, message: FakeMessage) {
  return describeMessage(message, fileUrl);
}

export function describeChannel({ id, type, guild, messages }: FakeChannel) {
  return {
    id,
    type,
    last_message_id: messages.at(-1)?.id ?? null,
    ...(guild !== undefined && { guild_id: guild, name: 'a-channel' }),
  };
}

function readable({ channels, hidden }: DiscordState, id = ''): FakeChannel {
  const channel = channels.all.get(id);
  if (!channel) throw new DiscordError(404, 10003, 'Unknown Channel');
  if (hidden.has(id)) throw new DiscordError(403, 50001, 'Missing Access');
  return channel;
}

function messageOf({ messages }: FakeChannel, id = ''): FakeMessage {
  const found = messages.find((message) => message.id === id);
  if (!found) throw new DiscordError(404, 10008, 'Unknown Message');
  return found;
}

function listMessages(state: DiscordState, { query }: ApiRequest, [id]: string[]): unknown {
  const limit = Number(query.get('limit') ?? 50);
  if (!(limit >= 1 && limit <= 100)) throw new DiscordError(400, 50035, 'must be between 1 and 100', 'limit');
  const after = BigInt(query.get('after') ?? 0);
  const found = readable(state, id).messages.filter((message) => BigInt(message.id) > after);
  // Those that follow it, the newest of them first.
  return found
    .slice(0, limit)
    .toReversed()
    .map((message) => describe(state, message));
}

interface Body {
  content?: string;
  components?: FakeMessage['components'];
  nonce?: string;
  enforce_nonce?: boolean;
  message_reference?: { message_id: string; fail_if_not_exists?: boolean };
  attachments?: unknown[];
}

async function postMessage(state: DiscordState, request: ApiRequest, [id]: string[]): Promise<unknown> {
  const channel = readable(state, id);
  const { body, files } = await readBody(request);
  check(wrongField('postMessage', body), body);
  if (!body.content && files.length === 0) throw new DiscordError(400, 50006, 'Cannot send an empty message');
  const { nonce, enforce_nonce: enforced } = body;
  if (nonce !== undefined && nonce.length > 25)
    throw new DiscordError(400, 50035, 'Must be 25 or fewer in length.', 'nonce');
  const first = nonce !== undefined && enforced ? state.nonces.get(nonce) : undefined;
  if (first !== undefined) return describe(state, messageOf(channel, first));

  const answered = body.message_reference;
  const exists = answered && channel.messages.some((message) => message.id === answered.message_id);
  if (answered && !exists && answered.fail_if_not_exists !== false)
    throw new DiscordError(400, 50035, 'Unknown message', 'message_reference');
  const message = state.channels.add(channel, {
    author: state.me,
    content: body.content?.trim() ?? '',
    components: body.components ?? [],
    files,
    type: exists ? 19 : 0,
    ...(nonce !== undefined && { nonce }),
    extra: exists ? { message_reference: { message_id: answered?.message_id } } : {},
  });
  if (nonce !== undefined) state.nonces.set(nonce, message.id);
  return describe(state, message);
}

async function editMessage(state: DiscordState, request: ApiRequest, [id, messageId]: string[]) {
  const message = messageOf(readable(state, id), messageId);
  if (message.author.id !== state.me.id)
    throw new DiscordError(403, 50005, 'Cannot edit a message authored by another user');
  const { body } = await readBody(request);
  check(wrongField('editMessage', body), body);
  return describe(state, change(message, body));
}

function answerOf(state: DiscordState, [application, token = '', id]: string[]): FakeMessage {
  const original = application === state.applicationId ? state.interactions.get(token) : undefined;
  if (!original) throw new DiscordError(404, 10015, 'Unknown Webhook');
  if (id !== '@original' && id !== original.id) throw new DiscordError(404, 10008, 'Unknown Message');
  const channel = state.channels.all.get(original.channel);
  if (!channel?.messages.includes(original)) throw new DiscordError(404, 10008, 'Unknown Message');
  return original;
}

async function acknowledge(state: DiscordState, request: ApiRequest, [id, token = '']: string[]) {
  const key = `${id}/${token}`;
  if (state.acknowledged.has(key))
    throw new DiscordError(400, 40060, 'Interaction has already been acknowledged.');
  const channel = state.unanswered.get(key);
  if (!channel) throw new DiscordError(404, 10062, 'Unknown interaction');
  const { type } = (await readBody(request)).body as { type?: number };
  if (type !== 4 && type !== 5 && type !== 6) throw new DiscordError(400, 50035, 'Invalid type', 'type');
  state.acknowledged.set(key, type);
  if (type !== 5) return;
  const deferred = { author: state.me, content: '', type: 20, flags: LOADING };
  state.interactions.set(token, state.channels.add(channel, deferred));
}

async function editAnswer(state: DiscordState, request: ApiRequest, match: string[]) {
  const message = answerOf(state, match);
  const { body } = await readBody(request);
  check(wrongField('editOriginal', body), body);
  message.flags &= ~LOADING;
  return describe(state, change(message, body));
}

function deleteAnswer(state: DiscordState, _: ApiRequest, match: string[]): void {
  const message = answerOf(state, match);
  const channel = state.channels.all.get(message.channel);
  channel?.messages.splice(channel.messages.indexOf(message), 1);
}

function change(message: FakeMessage, { content, components }: Body): FakeMessage {
  if (content !== undefined) {
    if (message.content !== '') message.edits.push(message.content);
    message.content = content.trim();
  }
  if (components !== undefined) message.components = components;
  message.editedAt = new Date().toISOString();
  return message;
}

async function setCommands(state: DiscordState, request: ApiRequest, [application]: string[]) {
  if (application !== state.applicationId) throw new DiscordError(404, 10002, 'Unknown Application');
  const parsed = commandList.safeParse(JSON.parse(String(request.body)));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new DiscordError(400, 50035, issue?.message ?? '', issue?.path.join('.') ?? '');
  }
  state.settings.commands = parsed.data;
  return parsed.data;
}

async function setApplication(state: DiscordState, request: ApiRequest) {
  const { interactions_endpoint_url: url } = JSON.parse(String(request.body)) as Record<
    string,
    string | null
  >;
  if (url === undefined || (url !== null && !(await state.verify(url))))
    throw new DiscordError(
      400,
      50035,
      'The specified interactions endpoint url could not be verified.',
      'interactions_endpoint_url',
    );
  state.settings.endpoint = url;
  return { id: state.applicationId, interactions_endpoint_url: url };
}

async function readBody({ headers, body }: ApiRequest): Promise<{ body: Body; files: FakeFile[] }> {
  const type = headers['content-type'] ?? '';
  if (type.startsWith('application/json')) return { body: JSON.parse(String(body)) as Body, files: [] };
  if (!type.startsWith('multipart/form-data'))
    throw new DiscordError(400, 50109, 'The request body contains invalid JSON.');
  const form = await new Response(body, { headers: { 'content-type': type } }).formData();
  const files: FakeFile[] = [];
  for (const [name, value] of form) {
    if (!(value instanceof File)) continue;
    if (!/^files\[\d\]$/.test(name)) throw new DiscordError(400, 50035, 'Unknown field', name);
    files.push({ name: value.name, mediaType: value.type, bytes: new Uint8Array(await value.arrayBuffer()) });
  }
  const json = form.get('payload_json');
  return { body: typeof json === 'string' ? (JSON.parse(json) as Body) : {}, files };
}

function check(unknown: string | undefined, { content, components = [] }: Body): void {
  const invalid = (field: string, message: string) => new DiscordError(400, 50035, message, field);
  if (unknown !== undefined) throw invalid(unknown, 'Unknown field');
  if (content !== undefined && Array.from(content).length > 2000)
    throw invalid('content', 'Must be 2000 or fewer in length.');
  const buttons = components.flatMap((row) => row.components);
  if (
    components.length > 5 ||
    components.some((row) => row.components.length > 5 || row.components.length === 0)
  )
    throw invalid('components', 'Must be between 1 and 5 in length.');
  if (new Set(buttons.map((button) => button.custom_id)).size < buttons.length)
    throw invalid('components', 'Component custom id cannot be duplicated');
  for (const { label, custom_id: value } of buttons)
    if (label.length === 0 || label.length > 80 || value.length === 0 || value.length > 100)
      throw invalid('components', 'Must be between 1 and 80 in length.');
}
