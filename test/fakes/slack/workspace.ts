import type { FakeFile } from '../rig.ts';

/** What a message of the bot is made of. */
export interface FakeBlock {
  type: string;
  text?: string | { type: string; text: string };
  elements?: { type: string; action_id: string; value?: string; text: { type: string; text: string } }[];
}

export interface FakeMessage {
  ts: string;
  user: string;
  bot: boolean;
  text: string;
  threadTs?: string;
  blocks?: FakeBlock[];
  metadata?: { event_type: string; event_payload: Record<string, unknown> };
  files?: (FakeFile & { id: string })[];
  /** How often it was edited. */
  edits: number;
}

export interface FakeChannel {
  id: string;
  archived: boolean;
  /** Whether the bot is in it. */
  joined: boolean;
  messages: FakeMessage[];
}

/** The channels and files of a workspace. */
export class FakeWorkspace {
  readonly files = new Map<string, FakeFile & { uploaded: boolean; external?: string }>();
  readonly #channels = new Map<string, FakeChannel>();
  #last = 0;
  #fileId = 0;

  find(id: string): FakeChannel | undefined {
    return this.#channels.get(id);
  }

  open(id: string): FakeChannel {
    let channel = this.#channels.get(id);
    if (!channel) {
      channel = { id, archived: false, joined: true, messages: [] };
      this.#channels.set(id, channel);
    }
    return channel;
  }

  add(channel: FakeChannel, message: Omit<FakeMessage, 'ts' | 'edits'>): FakeMessage {
    const added = { ...message, ts: this.nextTs(), edits: 0 };
    channel.messages.push(added);
    return added;
  }

  addFile(file: FakeFile, uploaded: boolean): string {
    const id = `F0${String(++this.#fileId).padStart(8, '0')}`;
    this.files.set(id, { ...file, uploaded });
    return id;
  }

  /** Rises, also within a second. */
  nextTs(): string {
    this.#last = Math.max(this.#last + 1, Date.now() * 1000);
    const micros = String(this.#last);
    return `${micros.slice(0, -6)}.${micros.slice(-6)}`;
  }
}
