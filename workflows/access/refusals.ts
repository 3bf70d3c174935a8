import type { Refusal } from '../../contract/admission.ts';
import type { ConversationStart, DoorState, QueuedMessage } from '../../contract/state.ts';
import { identityOf } from '../identity.ts';
import type { Outbox } from '../outbox.ts';
import type { Transcript } from '../transcript.ts';
import { PACE_WINDOW } from './pace.ts';
import { refusalLine } from './refusal-words.ts';

/** What somebody was told once is not said again for so long. */
const TOLD = 60 * 60 * 1000;
/** Remembered of it; the oldest give way. */
const MOST_TOLD = 500;

export interface RefusalSurroundings {
  start: ConversationStart;
  transcript: Transcript;
  outbox: Outbox;
  /** The latest turn. */
  turns(): number;
}

/** Turns messages away: each is recorded, and its sender is told why, once for each reason. */
export class Refusals {
  #told: DoorState['told'];
  readonly #around: RefusalSurroundings;

  constructor(told: DoorState['told'], around: RefusalSurroundings) {
    this.#told = [...told];
    this.#around = around;
  }

  refuse(queued: QueuedMessage, refusal: Refusal): void {
    const { start, transcript, outbox, turns } = this.#around;
    const { message } = queued;
    const turn = turns();
    transcript.appendRefused(turn, queued, refusal.reason);
    const identity = identityOf(message, start);
    // Strangers in a group are not spoken to: all others would have to read it.
    const heard =
      message.group && !isKnown(queued) ? undefined : refusalLine(refusal, { identity, now: Date.now() });
    if (heard === undefined || !this.#isNews(identity, refusal)) return;
    outbox.inBackground(() => outbox.say(heard, [message.id], turn));
  }

  /** What is still not to be said again. */
  stateAt(now: number): DoorState['told'] {
    return this.#told.filter(({ until }) => until > now);
  }

  #isNews(identity: string | undefined, refusal: Refusal): boolean {
    const now = Date.now();
    this.#told = this.stateAt(now);
    const about = 'code' in refusal ? refusal.code : 'limit' in refusal ? refusal.limit : '';
    const key = [identity ?? '', refusal.reason, about].join(' ');
    if (this.#told.some((told) => told.key === key)) return false;
    this.#told = [...this.#told, { key, until: untilOf(refusal, now) }].slice(-MOST_TOLD);
    return true;
  }
}

function isKnown({ settings }: QueuedMessage): boolean {
  return settings.access?.unknown === undefined;
}

/** Until when it counts as told. */
function untilOf(refusal: Refusal, now: number): number {
  if (refusal.reason === 'paced') return now + PACE_WINDOW;
  return 'until' in refusal && refusal.until !== undefined ? refusal.until : now + TOLD;
}
