import type { FakeFile } from '../rig.ts';
import type { ShownCard } from './card.ts';

export interface FakeMessage {
  id: string;
  chatId: string;
  /** `open_id`, or the app id of a bot. */
  from: string;
  /** `text`, `post`, `interactive`, … */
  type: string;
  /** JSON, as it was sent. */
  content: string;
  createdAt: number;
  threadId?: string;
  /** The message that it answers. */
  parentId?: string;
  recalled: boolean;
  /** What a card shows. */
  card?: ShownCard;
  /** What it showed before. */
  edits: string[];
  /** When it was edited. */
  editedAt: number[];
}

/** The chats that the bot is in, and the files of their messages. */
export class FakeChats {
  readonly messages: FakeMessage[] = [];
  /** By key: what was uploaded, or came with a message. */
  readonly files = new Map<string, FakeFile>();
  readonly uuids = new Map<string, FakeMessage>();
  /** Groups that take no cards. */
  readonly withoutCards = new Set<string>();
  readonly chats = new Set<string>();
  #count = 0;

  nextId(prefix: string): string {
    this.#count += 1;
    return `${prefix}_${String(this.#count).padStart(8, '0')}`;
  }

  find(id: string): FakeMessage | undefined {
    return this.messages.find((message) => message.id === id);
  }

  add(message: Omit<FakeMessage, 'id' | 'createdAt' | 'recalled' | 'edits' | 'editedAt'>): FakeMessage {
    const added: FakeMessage = {
      ...message,
      id: this.nextId('om'),
      createdAt: Date.now(),
      recalled: false,
      edits: [],
      editedAt: [],
    };
    this.chats.add(message.chatId);
    this.messages.push(added);
    return added;
  }

  of(chatId: string, from: string): FakeMessage[] {
    return this.messages.filter((one) => one.chatId === chatId && one.from === from && !one.recalled);
  }
}
