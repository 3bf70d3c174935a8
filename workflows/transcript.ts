import type { Refusal } from '../contract/admission.ts';
import { type Place, samePlace } from '../contract/place.ts';
import { bytesOf } from '../contract/size.ts';
import type { ConversationState, QueuedMessage } from '../contract/state.ts';
import {
  type Entry,
  type Shown,
  type SummaryEntry,
  saidIn,
  type UserEntry,
  type VoiceTranscript,
} from '../contract/transcript.ts';
import { decided } from './approvals/approval-words.ts';
import {
  forTheModel,
  newestTurn,
  newestTurns,
  turnsIn,
  withoutAddress,
  withoutLeftOut,
  withoutOldCommands,
  withoutOldMessages,
  withoutOldResults,
} from './context/shorten.ts';
import { whereToCut } from './context/where-to-cut.ts';
import { userEntry } from './user-entry.ts';

type Unnumbered<E> = E extends Entry ? Omit<E, 'seq'> : never;

/** Largest transcript carried from run to run, in bytes; with inbox and dedupe window it stays below 2 MB. */
const CARRIED = 800_000;
/** Most of the entries that one query answers with, in bytes. */
const PAGE = 1_000_000;
/** Characters kept of a message that was not let in. */
const REFUSED = 200;
/** Most of the transcript that the model sees, in bytes. */
const MODEL_SEES = 1_500_000;

/** The entries of a conversation, numbered in one sequence for ever. */
export class Transcript {
  #entries: Entry[];
  #seq: number;
  /** Sequence number of the newest entry of the run before. */
  readonly #carriedSeq: number;
  #freshAfter: number;
  #omittedTurns: number;
  /** Turns that the model does not see any more. */
  readonly #undone: Set<number>;

  constructor(state: Pick<ConversationState, 'entries' | 'seq' | 'freshAfter' | 'omittedTurns' | 'undone'>) {
    this.#entries = [...state.entries];
    this.#seq = state.seq;
    this.#carriedSeq = state.seq;
    this.#freshAfter = state.freshAfter;
    this.#omittedTurns = state.omittedTurns;
    this.#undone = new Set(state.undone);
  }

  get seq(): number {
    return this.#seq;
  }

  append<E extends Entry>(entry: Unnumbered<E>): E {
    this.#seq += 1;
    const numbered = { ...entry, seq: this.#seq } as unknown as E;
    this.#entries.push(numbered);
    return numbered;
  }

  /** Takes a message in, as one that the model sees or as a command that it does not. */
  appendMessage(turn: number, queued: QueuedMessage, command = false): UserEntry {
    return this.append<UserEntry>(userEntry(turn, queued, command ? { command } : {}));
  }

  /** Records a message that was not let in, so that it can be seen what was tried. */
  appendRefused(turn: number, { message, ...queued }: QueuedMessage, refused: Refusal['reason']): void {
    const { attachments: _, quote: __, ...rest } = message;
    const text = message.text.slice(0, REFUSED).toWellFormed();
    const shortened = { ...queued, message: { ...rest, text } };
    this.append<UserEntry>(userEntry(turn, shortened, { command: true, refused }));
  }

  /** Entries after a cursor, for live views: as many as one query can answer with, at least one. */
  after(seq: number): Entry[] {
    const page: Entry[] = [];
    let size = 0;
    for (const entry of this.#entries) {
      if (entry.seq <= seq) continue;
      size += bytesOf(entry);
      if (size > PAGE && page.length > 0) break;
      page.push(entry);
    }
    return page;
  }

  /** Whether the run before had entries after a cursor that were not carried on. */
  lacks(seq: number): boolean {
    const carried = this.#entries.filter((entry) => entry.seq > seq && entry.seq <= this.#carriedSeq);
    return carried.length < this.#carriedSeq - seq;
  }

  /** The last entries, for a glance. */
  latest(count: number): Entry[] {
    return this.#entries.slice(-count);
  }

  /**
   * What the model sees: the summary and what followed, as much as one query can answer with. The oldest tool results give way
   * first, then the oldest turns, then the oldest messages of the newest turn.
   */
  forModel(upTo: number): { entries: Entry[]; omittedTurns: number } {
    const shortened = withoutOldResults(this.#visible(upTo).map(forTheModel), MODEL_SEES);
    const whole = newestTurns(shortened, MODEL_SEES);
    const entries = whole.length > 0 ? whole : withoutOldMessages(newestTurn(shortened), MODEL_SEES);
    const omittedTurns = this.#omittedTurns + turnsIn(shortened) - turnsIn(entries);
    return { entries: [...this.#summaries, ...entries], omittedTurns };
  }

  /** The one summary that is shown in the place of what came before it, if there is one. */
  get #summaries(): SummaryEntry[] {
    return this.#entries
      .filter((entry): entry is SummaryEntry => entry.kind === 'summary' && entry.seq > this.#freshAfter)
      .slice(-1);
  }

  get summary(): SummaryEntry | undefined {
    return this.#summaries[0];
  }

  /** The last entry that a summary made now is to stand for, if there is anything, and what it and the summary before it take. */
  get older(): { upTo: number; bytes: number; summaryBytes: number } | undefined {
    const visible = this.#visible(this.#seq);
    const older = visible.slice(0, whereToCut(visible));
    const last = older.at(-1);
    return last && { upTo: last.seq, bytes: bytesOf(older), summaryBytes: bytesOf(this.#summaries) };
  }

  /** What the model sees of it all, in bytes. */
  get size(): number {
    return bytesOf(this.forModel(this.#seq).entries);
  }

  /** From now on the model sees this in the place of everything up to there. */
  summarise(summary: Pick<SummaryEntry, 'turn' | 'text' | 'upTo'>): void {
    const upToTurn = this.#visible(summary.upTo).at(-1)?.turn ?? summary.turn;
    this.append<SummaryEntry>({ kind: 'summary', ...summary, upToTurn, at: Date.now() });
  }

  /** What the model has not answered to in a turn, it is not shown again. */
  leaveOut(turn: number): void {
    const read =
      this.#entries.findLast((entry) => entry.turn === turn && entry.kind === 'assistant')?.seq ?? 0;
    this.#entries = this.#entries.map((entry) =>
      entry.turn === turn && entry.seq > read && (entry.kind === 'user' || entry.kind === 'tool')
        ? { ...entry, leftOut: true }
        : entry,
    );
  }

  #visible(upTo: number): Entry[] {
    const after = Math.max(this.#freshAfter, this.summary?.upTo ?? 0);
    const visible = this.#entries.filter(
      (entry) =>
        entry.seq > after &&
        entry.seq <= upTo &&
        entry.kind !== 'summary' &&
        !this.#undone.has(entry.turn) &&
        entry.kind !== 'approval' &&
        entry.kind !== 'decision' &&
        !(entry.kind === 'user' && (entry.command || entry.leftOut)) &&
        !(entry.kind === 'reply' && entry.status === 'command'),
    );
    return visible.map(withoutLeftOut);
  }

  /** Messages whose voice messages nobody has listened to. */
  untranscribed(): UserEntry[] {
    return this.#visible(this.#seq).filter(
      (entry): entry is UserEntry =>
        entry.kind === 'user' &&
        entry.transcripts === undefined &&
        entry.attachments?.some(({ kind }) => kind === 'audio') === true,
    );
  }

  recordTranscripts(seq: number, transcripts: VoiceTranscript[]): void {
    this.#entries = this.#entries.map((entry) =>
      entry.seq === seq && entry.kind === 'user' ? { ...entry, transcripts } : entry,
    );
  }

  /** What the model steps of a turn have said to the user so far. */
  saidIn(turn: number): string {
    return saidIn(this.#entries.filter((entry) => entry.turn === turn));
  }

  /** A reply or an approval request as it reads now. */
  shown(seq: number): Shown | undefined {
    const entry = this.#entries.find((candidate) => candidate.seq === seq);
    if (entry?.kind === 'reply') return entry;
    if (entry?.kind !== 'approval') return undefined;
    const decision = this.#entries.find((other) => other.kind === 'decision' && other.id === entry.id);
    return decision?.kind === 'decision' ? decided(entry, decision) : entry;
  }

  /** Turns that the model sees whole, oldest first. */
  get turns(): number[] {
    const seen = new Set(this.#visible(this.#seq).map(({ turn }) => turn));
    return [...seen].filter((turn) => turn > (this.summary?.upToTurn ?? 0));
  }

  /** What was said to the agent in a turn. */
  messagesOf(turn: number): UserEntry[] {
    return this.#visible(this.#seq).filter(
      (entry): entry is UserEntry => entry.kind === 'user' && entry.turn === turn,
    );
  }

  /** Takes these turns back: the model does not see them any more. */
  undo(turns: number[]): void {
    for (const turn of turns) this.#undone.add(turn);
  }

  user(id: string): UserEntry | undefined {
    return this.#entries.findLast((entry): entry is UserEntry => entry.kind === 'user' && entry.id === id);
  }

  latestUser(): UserEntry | undefined {
    return this.#entries.findLast((entry): entry is UserEntry => entry.kind === 'user' && !entry.command);
  }

  /** The latest message before entry number `seq`, from this place if it is given, of which is known where it is: no button, no edit. */
  userBefore(seq: number, place?: Place): UserEntry | undefined {
    return this.#entries.findLast(
      (entry): entry is UserEntry =>
        entry.kind === 'user' &&
        entry.seq < seq &&
        !entry.edited &&
        (entry.messageId ?? entry.after) !== undefined &&
        (!place || samePlace(entry.place, place)),
    );
  }

  /** Whether the model sees nothing yet. */
  get isEmpty(): boolean {
    return this.#summaries.length === 0 && this.#visible(this.#seq).length === 0;
  }

  /** The model sees nothing from before this moment any more. */
  startAfresh(): void {
    this.#freshAfter = this.#seq;
    this.#omittedTurns = 0;
  }

  /** What the next run carries: nothing from before `/new` or a summary, and the newest whole turns that fit. */
  carried(): Pick<ConversationState, 'entries' | 'seq' | 'freshAfter' | 'omittedTurns' | 'undone'> {
    const newest = this.#entries.at(-1)?.turn;
    // What was just asked and answered stays in any case: it may not have been read yet.
    const isNewest = ({ turn, kind }: Entry) => turn === newest && (kind === 'user' || kind === 'reply');
    const after = Math.max(this.#freshAfter, this.summary?.upTo ?? 0);
    const fresh = withoutOldCommands(this.#entries)
      .filter((entry) => (entry.seq > after && entry.kind !== 'summary') || isNewest(entry))
      // Everything is delivered by now; what was just answered may still be looked at.
      .map((entry) => (entry.turn === newest ? withoutAddress(entry) : forTheModel(entry)));
    const whole = newestTurns(fresh, CARRIED);
    const entries = whole.length > 0 ? whole : withoutOldMessages(fresh.filter(isNewest), CARRIED);
    const dropped = turnsIn(fresh) - turnsIn(entries);
    return {
      entries: [...entries, ...this.#summaries].toSorted((one, other) => one.seq - other.seq),
      seq: this.#seq,
      freshAfter: this.#freshAfter,
      omittedTurns: this.#omittedTurns + dropped,
      undone: [...this.#undone].filter((turn) => entries.some((entry) => entry.turn === turn)),
    };
  }
}
