import type { ConversationState, QueuedMessage } from '../contract/state.ts';
import { type Entry, type ReplyEntry, saidIn, type UserEntry } from '../contract/transcript.ts';

type Unnumbered<E> = E extends Entry ? Omit<E, 'seq'> : never;

/** Largest transcript carried from run to run, in characters of JSON; Temporal's payload limit is 2 MB. */
const CARRIED = 900_000;

/** The entries of a conversation, numbered in one sequence for ever. */
export class Transcript {
  #entries: Entry[];
  #seq: number;
  #freshAfter: number;
  #omittedTurns: number;

  constructor(state: Pick<ConversationState, 'entries' | 'seq' | 'freshAfter' | 'omittedTurns'>) {
    this.#entries = [...state.entries];
    this.#seq = state.seq;
    this.#freshAfter = state.freshAfter;
    this.#omittedTurns = state.omittedTurns;
  }

  get seq(): number {
    return this.#seq;
  }

  get omittedTurns(): number {
    return this.#omittedTurns;
  }

  append<E extends Entry>(entry: Unnumbered<E>): E {
    this.#seq += 1;
    const numbered = { ...entry, seq: this.#seq } as unknown as E;
    this.#entries.push(numbered);
    return numbered;
  }

  /** Takes a message in, as one that the model sees or as a command that it does not. */
  appendMessage(turn: number, { message, at }: QueuedMessage, command = false): void {
    const { id, messageId, text, sender, edited } = message;
    this.append<UserEntry>({
      kind: 'user',
      turn,
      id,
      text,
      at,
      ...(messageId === undefined ? {} : { messageId }),
      ...(sender === undefined ? {} : { sender }),
      ...(edited === undefined ? {} : { edited }),
      ...(command ? { command: true } : {}),
    });
  }

  /** Entries after a cursor, for live views. */
  after(seq: number): Entry[] {
    return this.#entries.filter((entry) => entry.seq > seq);
  }

  /** What the model sees. */
  forModel(upTo: number): Entry[] {
    return this.#entries.filter(
      (entry) =>
        entry.seq > this.#freshAfter &&
        entry.seq <= upTo &&
        !(entry.kind === 'user' && entry.command) &&
        !(entry.kind === 'reply' && entry.status === 'command'),
    );
  }

  /** What the model steps of a turn have said to the user so far. */
  saidIn(turn: number): string {
    return saidIn(this.#entries.filter((entry) => entry.turn === turn));
  }

  reply(seq: number): ReplyEntry | undefined {
    return this.#entries.find((entry): entry is ReplyEntry => entry.kind === 'reply' && entry.seq === seq);
  }

  user(id: string): UserEntry | undefined {
    return this.#entries.findLast((entry): entry is UserEntry => entry.kind === 'user' && entry.id === id);
  }

  latestUser(): UserEntry | undefined {
    return this.#entries.findLast((entry): entry is UserEntry => entry.kind === 'user' && !entry.command);
  }

  /** The model sees nothing from before this moment any more. */
  startAfresh(): void {
    this.#freshAfter = this.#seq;
    this.#omittedTurns = 0;
  }

  /** What the next run carries: nothing from before `/new`, and the newest whole turns that fit. */
  carried(): Pick<ConversationState, 'entries' | 'seq' | 'freshAfter' | 'omittedTurns'> {
    const fresh = this.#entries.filter((entry) => entry.seq > this.#freshAfter);
    let size = 0;
    let oldestTurn = Number.POSITIVE_INFINITY;
    for (const entry of fresh.toReversed()) {
      size += JSON.stringify(entry).length;
      if (size > CARRIED) break;
      oldestTurn = entry.turn;
    }
    const cut = size > CARRIED;
    const entries = cut ? fresh.filter((entry) => entry.turn > oldestTurn) : fresh;
    const dropped = new Set(fresh.filter((entry) => !entries.includes(entry)).map((entry) => entry.turn))
      .size;
    return {
      entries,
      seq: this.#seq,
      freshAfter: this.#freshAfter,
      omittedTurns: this.#omittedTurns + dropped,
    };
  }
}
