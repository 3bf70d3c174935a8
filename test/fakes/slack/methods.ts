import { fieldsOf } from './fields.ts';
import type { FakeBlock, FakeChannel, FakeMessage, FakeWorkspace } from './workspace.ts';

const BOT_USER = 'U0HOLDFAST';
const BOT_ID = 'B0HOLDFAST';
const LONGEST_MARKDOWN = 12_000;
const LONGEST_SECTION = 3_000;
const LONGEST_UPDATED_TEXT = 4_000;
const LONGEST_TEXT = 40_000;
const LONGEST_BUTTON = 75;
const LONGEST_VALUE = 2_000;
const LARGEST_PAGE = 999;

/** The bot, as `auth.test` and events name it. */
export const FAKE_BOT = { userId: BOT_USER, botId: BOT_ID };

/** An answer with `ok: false`. */
export class SlackError extends Error {
  override name = 'SlackError';
  readonly more: object;
  constructor(error: string, more: object = {}) {
    super(error);
    this.more = more;
  }
}

type Args = Record<string, string>;
type Method = (workspace: FakeWorkspace, args: Args, url: string) => object;

/** The methods of the Web API that the fake knows; about arguments stricter than the real ones. */
export const METHODS: Record<string, Method> = {
  'auth.test': () => ({ user_id: BOT_USER, bot_id: BOT_ID, team_id: 'T0TEAM', user: 'holdfast' }),

  'chat.postMessage'(workspace, args) {
    const channel = writable(workspace, args.channel);
    const content = contentOf(args, LONGEST_TEXT);
    const { thread_ts: threadTs } = args;
    const message = workspace.add(channel, {
      user: BOT_USER,
      bot: true,
      ...content,
      ...(threadTs !== undefined && { threadTs: timestamp(threadTs, 'invalid_thread_ts') }),
      ...(args.metadata !== undefined && { metadata: metadataOf(args.metadata) }),
    });
    return { channel: channel.id, ts: message.ts, message: described(message) };
  },

  'chat.update'(workspace, args) {
    const channel = writable(workspace, args.channel);
    const message = channel.messages.find(({ ts }) => ts === args.ts);
    if (!message) throw new SlackError('message_not_found');
    if (!message.bot) throw new SlackError('cant_update_message');
    Object.assign(message, contentOf(args, LONGEST_UPDATED_TEXT), { edits: message.edits + 1 });
    if (args.metadata !== undefined) message.metadata = metadataOf(args.metadata);
    return { channel: channel.id, ts: message.ts, text: message.text };
  },

  // The newest first.
  'conversations.history': (workspace, args) =>
    page(
      channelOf(workspace, args.channel)
        .messages.filter(({ threadTs }) => !threadTs)
        .toReversed(),
      args,
    ),

  // The oldest first, and always the first message of the thread.
  'conversations.replies'(workspace, args) {
    const { messages } = channelOf(workspace, args.channel);
    const root = messages.find(({ ts }) => ts === args.ts);
    if (!root) throw new SlackError('thread_not_found');
    const { messages: replies, ...more } = page(
      messages.filter(({ threadTs }) => threadTs === root.ts),
      args,
    );
    return { ...more, messages: [described(root), ...replies] };
  },

  'files.getUploadURLExternal'(workspace, { filename = '', length }, url) {
    if (!(Number(length) > 0)) throw new SlackError('missing_argument');
    const file = { name: filename, mediaType: '', bytes: new Uint8Array(Number(length)) };
    const id = workspace.addFile(file, false);
    return { upload_url: `${url}/upload/v1/${id}`, file_id: id };
  },

  'files.completeUploadExternal'(workspace, args) {
    const channel = writable(workspace, args.channel_id);
    const wanted = json(args.files) as { id: string; title?: string }[];
    const files = wanted.map(({ id }) => {
      const file = workspace.files.get(id);
      if (!file?.uploaded) throw new SlackError('file_not_found');
      return { ...file, id };
    });
    const { thread_ts: threadTs } = args;
    workspace.add(channel, {
      user: BOT_USER,
      bot: true,
      text: '',
      files,
      ...(threadTs !== undefined && { threadTs: timestamp(threadTs, 'invalid_thread_ts') }),
    });
    // The message is made later: its ts is not told.
    return { files: wanted.map(({ id, title }) => ({ id, title })) };
  },

  'files.info'(workspace, { file: id = '' }, url) {
    const file = workspace.files.get(id);
    if (!file) throw new SlackError('file_not_found');
    const address = file.external ?? `${url}/files-pri/T0TEAM-${id}/${encodeURIComponent(file.name)}`;
    const { name, mediaType: mimetype, bytes } = file;
    return { file: { id, name, mimetype, size: bytes.length, url_private: address } };
  },

  'assistant.threads.setStatus'(workspace, args) {
    channelOf(workspace, args.channel_id);
    timestamp(args.thread_ts, 'invalid_thread_ts');
    return {};
  },
};

/** Throws for missing and for unknown arguments. (The real one ignores unknown ones, and so hides typing mistakes.) */
export function checkArguments(method: string, args: Args): void {
  const fields = fieldsOf(method);
  if (!fields) throw new SlackError('unknown_method', { req_method: method });
  for (const name of Object.keys(args))
    if (!Object.hasOwn(fields, name) || name === 'token')
      throw new SlackError('invalid_arguments', problem(name));
  for (const [name, need] of Object.entries(fields))
    if (need === 'required' && !args[name])
      throw new SlackError(
        name.startsWith('channel') ? 'channel_not_found' : 'invalid_arguments',
        problem(name),
      );
}

function problem(name: string) {
  return { response_metadata: { messages: [`[ERROR] wrong or missing: ${name}`] } };
}

function channelOf(workspace: FakeWorkspace, id = ''): FakeChannel {
  const channel = workspace.find(id);
  if (!channel) throw new SlackError('channel_not_found');
  return channel;
}

function writable(workspace: FakeWorkspace, id = ''): FakeChannel {
  const channel = channelOf(workspace, id);
  if (channel.archived) throw new SlackError('is_archived');
  if (!channel.joined) throw new SlackError('not_in_channel');
  return channel;
}

function timestamp(value: string | undefined, error: string): string {
  if (!/^\d+\.\d{6}$/.test(value ?? '')) throw new SlackError(error);
  return value ?? '';
}

function contentOf({ text = '', blocks }: Args, longest: number): Pick<FakeMessage, 'text' | 'blocks'> {
  if (text.length > longest) throw new SlackError('msg_too_long');
  if (blocks === undefined && text.trim() === '') throw new SlackError('no_text');
  return { text, ...(blocks !== undefined && { blocks: blocksOf(blocks) }) };
}

function blocksOf(value: string): FakeBlock[] {
  const blocks = json(value, 'invalid_blocks_format') as FakeBlock[];
  if (!Array.isArray(blocks) || blocks.length === 0 || blocks.length > 50)
    throw new SlackError('invalid_blocks');
  const markdown = blocks.filter(({ type }) => type === 'markdown').map(({ text }) => text as string);
  // How Slack counts is not told: in bytes it is the least.
  if (Buffer.byteLength(markdown.join('')) > LONGEST_MARKDOWN) throw new SlackError('msg_blocks_too_long');
  if (!blocks.every(isGood)) throw new SlackError('invalid_blocks');
  const ids = blocks.flatMap(({ elements = [] }) => elements.map(({ action_id: id }) => id));
  if (new Set(ids).size < ids.length) throw new SlackError('invalid_blocks');
  return blocks;
}

function isGood({ type, text, elements = [] }: FakeBlock): boolean {
  if (type === 'markdown') return typeof text === 'string' && text.trim() !== '';
  if (type === 'section')
    return typeof text === 'object' && text.text.trim() !== '' && text.text.length <= LONGEST_SECTION;
  if (type !== 'actions' || elements.length === 0 || elements.length > 25) return false;
  return elements.every(
    (button) =>
      button.type === 'button' &&
      button.text.type === 'plain_text' &&
      button.text.text.length <= LONGEST_BUTTON &&
      (button.value?.length ?? 0) <= LONGEST_VALUE &&
      button.action_id.length <= 255,
  );
}

function metadataOf(value: string): NonNullable<FakeMessage['metadata']> {
  const metadata = json(value, 'invalid_metadata_format') as NonNullable<FakeMessage['metadata']>;
  if (typeof metadata.event_type !== 'string' || typeof metadata.event_payload !== 'object')
    throw new SlackError('invalid_metadata_schema');
  return metadata;
}

function page(all: FakeMessage[], { oldest = '0', limit = '100', cursor = '0', ...args }: Args) {
  if (Number(limit) > LARGEST_PAGE) throw new SlackError('invalid_limit');
  if (Number.isNaN(Number(oldest))) throw new SlackError('invalid_ts_oldest');
  const after = all.filter(({ ts }) => Number(ts) > Number(oldest));
  const next = Number(cursor) + Number(limit);
  const withMetadata = args.include_all_metadata === 'true';
  return {
    messages: after.slice(Number(cursor), next).map((message) => described(message, withMetadata)),
    has_more: next < after.length,
    response_metadata: { next_cursor: next < after.length ? String(next) : '' },
  };
}

function described({ ts, user, bot, text, threadTs, metadata, files }: FakeMessage, withMetadata = false) {
  return {
    type: 'message',
    ts,
    user,
    text,
    ...(bot && { bot_id: BOT_ID }),
    ...(threadTs && { thread_ts: threadTs }),
    ...(withMetadata && metadata && { metadata }),
    ...(files && {
      files: files.map(({ id, name, mediaType, bytes }) => ({
        id,
        name,
        mimetype: mediaType,
        size: bytes.length,
        user,
      })),
    }),
  };
}

function json(value = '', error = 'invalid_arguments'): unknown {
  try {
    return JSON.parse(value);
  } catch {
    throw new SlackError(error);
  }
}
