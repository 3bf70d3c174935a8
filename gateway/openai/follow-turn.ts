import type { LiveEvent } from '../../contract/live.ts';
import type { Entry, ReplyEntry } from '../../contract/transcript.ts';
import type { EventStreamDependencies } from '../event-stream.ts';
import { followLive } from '../follow-live.ts';
import type { TakenMessage } from '../take-message.ts';
import { type Piece, TurnText } from './turn-text.ts';

/**
 * Tells the turn that answers a message, piece by piece as it is written. Returns its reply; undefined when `signal` aborts first.
 * A message that had its reply before is told the same again.
 */
export async function followTurn(
  { conversation, message }: Pick<TakenMessage, 'conversation' | 'message'>,
  dependencies: EventStreamDependencies,
  signal: AbortSignal,
  tell: (piece: Piece) => void,
): Promise<ReplyEntry | undefined> {
  const turn = new FollowedTurn(message, tell);
  const hear = (event: LiveEvent) => turn.hear(event);
  for await (const { entries } of followLive(conversation, 0, dependencies, signal, hear))
    for (const entry of entries) {
      turn.take(entry);
      if (entry.kind === 'reply' && entry.answers.includes(message)) return entry;
    }
  return undefined;
}

/** The turn that a message belongs to, which is known only when the message is taken in: perhaps by one that was running. */
class FollowedTurn {
  readonly #message: string;
  readonly #tell: (piece: Piece) => void;
  /** Of the newest turn, until the message is found. */
  #before: Entry[] = [];
  #turn: number | undefined;
  #text = new TurnText();

  constructor(message: string, tell: (piece: Piece) => void) {
    this.#message = message;
    this.#tell = tell;
  }

  take(entry: Entry): void {
    if (this.#turn === undefined) {
      if (entry.turn !== this.#before[0]?.turn) this.#before = [];
      this.#before.push(entry);
      // A command is answered beside the turns, by its reply alone.
      const isOurs = entry.kind === 'user' && entry.id === this.#message && !entry.command;
      if (isOurs) this.#begin(entry.turn);
      else if (entry.kind === 'reply' && entry.answers.includes(this.#message)) this.#told(entry);
    } else if (entry.turn === this.#turn && !isOfCommand(entry)) this.#told(entry);
  }

  hear(event: LiveEvent): void {
    if (event.kind === 'delta' && event.turn === this.#turn) this.#tellAll(this.#text.add(event));
  }

  #begin(turn: number): void {
    this.#turn = turn;
    for (const entry of this.#before) if (!isOfCommand(entry)) this.#told(entry);
  }

  #told(entry: Entry): void {
    this.#tellAll(this.#text.take(entry));
  }

  #tellAll(pieces: Piece[]): void {
    for (const piece of pieces) this.#tell(piece);
  }
}

/** What answers a command while a turn runs has the turn's number, but is no part of it. */
function isOfCommand(entry: Entry): boolean {
  return entry.kind === 'reply' && entry.status === 'command';
}
