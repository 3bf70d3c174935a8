import type { FakeFile } from '../rig.ts';
import type { Parsed } from './html.ts';

export type ChatType = 'private' | 'group' | 'supergroup';

/** A message as people see it. */
export interface FakeMessage {
  id: number;
  from: 'bot' | 'user';
  /** What is seen. */
  text: string;
  /** As it was sent: HTML if it was sent so. */
  source: string;
  entities: string[];
  threadId?: number;
  replyTo?: number;
  /** Labels of its buttons. */
  buttons?: string[];
  /** What they send when they are pressed. */
  values?: string[];
  file?: FakeFile;
  /** What it showed before, oldest first. */
  edits: string[];
}

export interface FakeChat {
  id: number;
  type: ChatType;
  forum: boolean;
  blocked: boolean;
  messages: FakeMessage[];
}

/** The chats of one bot. Message ids rise in each supergroup, and over all other chats of the bot together. */
export class FakeChats {
  readonly #chats = new Map<number, FakeChat>();
  readonly #counters = new Map<number | 'bot', number>();

  find(id: number): FakeChat | undefined {
    return this.#chats.get(id);
  }

  open(id: number, type: ChatType = typeOf(id)): FakeChat {
    let chat = this.#chats.get(id);
    if (!chat) {
      chat = { id, type, forum: false, blocked: false, messages: [] };
      this.#chats.set(id, chat);
    }
    return chat;
  }

  add(
    chat: FakeChat,
    message: Pick<FakeMessage, 'from' | 'source' | 'threadId' | 'replyTo' | 'buttons' | 'values' | 'file'> &
      Parsed,
  ): FakeMessage {
    const added: FakeMessage = { ...message, id: this.nextId(chat), edits: [] };
    chat.messages.push(added);
    return added;
  }

  nextId(chat: FakeChat): number {
    const counter = chat.type === 'supergroup' ? chat.id : 'bot';
    const id = (this.#counters.get(counter) ?? 100) + 1;
    this.#counters.set(counter, id);
    return id;
  }
}

function typeOf(id: number): ChatType {
  if (id > 0) return 'private';
  return id <= -1_000_000_000_000 ? 'supergroup' : 'group';
}
