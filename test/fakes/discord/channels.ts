import type { FakeFile } from '../rig.ts';

const EPOCH = 1_420_070_400_000n;

export interface FakePerson {
  id: string;
  username: string;
  global_name?: string | null;
  bot?: boolean;
}

export interface FakeMessage {
  id: string;
  channel: string;
  author: FakePerson;
  content: string;
  /** Default 0, reply 19, answer to a command 20. */
  type: number;
  flags: number;
  editedAt?: string;
  nonce?: string;
  /** What it showed before. */
  edits: string[];
  components: { components: { label: string; custom_id: string }[] }[];
  files: FakeFile[];
  /** More fields, or others in their place. */
  extra: Record<string, unknown>;
}

export interface FakeChannel {
  id: string;
  /** 0: in a server, 1: direct messages, 11: a thread. */
  type: 0 | 1 | 11;
  messages: FakeMessage[];
  guild?: string;
}

export const LOADING = 128;

/** Channels and their messages, with ids as Discord gives them: times that rise. */
export class FakeChannels {
  readonly all = new Map<string, FakeChannel>();
  #last = 0n;

  /** An id of now, or of another time in ms since the epoch; never the same twice. */
  nextId(time = Date.now()): string {
    const wanted = (BigInt(time) - EPOCH) << 22n;
    if (time < Date.now() - 1_000) return String(wanted + (this.#last & 0xfffn));
    this.#last = wanted > this.#last ? wanted : this.#last + 1n;
    return String(this.#last);
  }

  open(id: string, type: FakeChannel['type'] = 0, guild?: string): FakeChannel {
    const existing = this.all.get(id);
    if (existing) return existing;
    const channel: FakeChannel = { id, type, messages: [], ...(guild !== undefined && { guild }) };
    this.all.set(id, channel);
    return channel;
  }

  add(
    channel: FakeChannel,
    message: Pick<FakeMessage, 'author' | 'content'> & Partial<FakeMessage>,
  ): FakeMessage {
    const added: FakeMessage = {
      id: this.nextId(),
      channel: channel.id,
      type: 0,
      flags: 0,
      edits: [],
      components: [],
      files: [],
      extra: {},
      ...message,
    };
    channel.messages.push(added);
    return added;
  }
}

/** When an id was given out, in ISO form. */
function timeOfId(id: string): string {
  return new Date(Number((BigInt(id) >> 22n) + EPOCH)).toISOString();
}

/** A message as the API shows it; `fileUrl` gives the address of a file. */
export function describeMessage(
  { id, channel, author, content, type, flags, editedAt, nonce, files, components, extra }: FakeMessage,
  fileUrl: (message: string, index: number) => string,
) {
  return {
    id,
    channel_id: channel,
    type,
    author: { discriminator: '0', avatar: null, ...author },
    content,
    timestamp: timeOfId(id),
    edited_timestamp: editedAt ?? null,
    tts: false,
    mention_everyone: false,
    mentions: [],
    mention_roles: [],
    attachments: files.map(({ name, mediaType, bytes }, index) => ({
      id: String(BigInt(id) + BigInt(index)),
      filename: name,
      size: bytes.length,
      content_type: mediaType,
      url: fileUrl(id, index),
      proxy_url: fileUrl(id, index),
    })),
    embeds: [],
    pinned: false,
    flags,
    components,
    ...(nonce !== undefined && { nonce }),
    ...extra,
  };
}
