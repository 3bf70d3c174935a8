import { condition } from '@temporalio/workflow';
import type { Admission, AdmissionRequest, Refusal } from '../../contract/admission.ts';
import { commandOf } from '../../contract/commands.ts';
import type { DoorState, QueuedMessage } from '../../contract/state.ts';
import { admit } from '../activities.ts';
import { accountOf } from '../identity.ts';
import type { Inbox } from '../inbox.ts';
import { letIn, mustAsk, requestOf } from './door.ts';
import { Pace } from './pace.ts';
import { type RefusalSurroundings, Refusals } from './refusals.ts';

/** Messages that are asked about together. */
const MOST_AT_ONCE = 50;

export interface DoormanSurroundings extends RefusalSurroundings {
  inbox: Inbox;
  /** This run is about to end: the next one goes on asking. */
  isLeaving(): boolean;
}

/**
 * Stands before the inbox: what needs no admission passes at once; the rest waits in its place until it is let in or turned
 * away, in order, also while a turn runs.
 */
export class Doorman {
  readonly #pace: Pace;
  readonly #refusals: Refusals;
  readonly #around: DoormanSurroundings;
  readonly #toTurnAway: [QueuedMessage, Refusal][] = [];
  #asks = false;

  constructor(state: DoorState, around: DoormanSurroundings) {
    this.#pace = new Pace(state.commands);
    this.#refusals = new Refusals(state.told, around);
    this.#around = around;
  }

  /** The run must not end now: an answer would be missed. */
  get isBusy(): boolean {
    return this.#asks || this.#toTurnAway.length > 0;
  }

  /** Whether a message that has just come passes: at once, once it was asked about, or not at all. */
  meet(queued: QueuedMessage): 'passes' | 'waits' | 'leaves' {
    const { message, settings, at } = queued;
    if (message.internal) return 'passes';
    if (settings.access?.unknown === 'refuse') return this.#turnAway(queued, { reason: 'stranger' });
    const sender = accountOf(queued, this.#around.start);
    if (commandOf(message) && this.#pace.isBeyond(sender, at))
      return this.#turnAway(queued, { reason: 'paced' });
    return mustAsk(queued) ? 'waits' : 'passes';
  }

  /** Does its work for as long as the run lasts. */
  async stand(): Promise<never> {
    await Promise.all([this.#turnAll(), this.#askAll()]);
    throw new Error('the doorman has left');
  }

  carriedAt(now: number): DoorState {
    return { told: this.#refusals.stateAt(now), commands: this.#pace.stateAt(now) };
  }

  /** Only noted: those who call this must not wait. */
  #turnAway(queued: QueuedMessage, refusal: Refusal): 'leaves' {
    this.#toTurnAway.push([queued, refusal]);
    return 'leaves';
  }

  async #turnAll(): Promise<void> {
    for (;;) {
      await condition(() => this.#toTurnAway.length > 0);
      for (const [queued, refusal] of this.#toTurnAway.splice(0)) this.#refusals.refuse(queued, refusal);
    }
  }

  async #askAll(): Promise<void> {
    const { inbox, start, isLeaving } = this.#around;
    for (;;) {
      await condition(() => inbox.atDoor.length > 0 && !isLeaving());
      const waiting = inbox.atDoor.slice(0, MOST_AT_ONCE);
      const requests = waiting.map((queued) => requestOf(queued, start));
      this.#asks = true;
      const admissions = await answersTo(requests);
      this.#asks = false;
      for (const [index, request] of requests.entries())
        this.#decide(waiting[index]?.message.id ?? '', request, admissions[index] ?? UNAVAILABLE);
    }
  }

  /** It may have been reworded or taken back meanwhile. */
  #decide(id: string, request: AdmissionRequest, admission: Admission): void {
    const { inbox } = this.#around;
    if (!('refused' in admission)) return inbox.letIn(id, (queued) => letIn(queued, request, admission.role));
    const queued = inbox.takeOut(id);
    if (queued) this.#turnAway(queued, admission.refused);
  }
}

const UNAVAILABLE: Admission = { refused: { reason: 'unavailable' } };

/** Nobody is let in who could not be asked about. */
async function answersTo(requests: AdmissionRequest[]): Promise<Admission[]> {
  try {
    return await admit(requests);
  } catch {
    return [];
  }
}
