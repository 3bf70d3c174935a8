import { ApplicationFailure, Context, type Info } from '@temporalio/activity';
import { ActivityCancelledError, ActivityNotFoundError } from '@temporalio/client';
import { FAILURE } from '../contract/failures.ts';
import type { Attempt, NoteAttempt } from './note-attempt.ts';

/** How often a running activity says that its process lives. */
const BEAT_MS = 1_000;
/** A beat this late means that the process was suspended: another attempt has begun, so this one must not act any more. */
const SUSPENDED_MS = 3_500;
/** An attempt that Temporal knows to have lived no longer ago is not given up before what it sends now has arrived. */
const FRESH_MS = 1_000;
/**
 * An attempt with a lease ends itself when Temporal has not heard of it for so long. With the time between two looks, it is less than the
 * heartbeat timeout.
 */
const LEASE_MS = 2_500;
/** How long Temporal is asked. */
const ANSWER_MS = 2_000;

/** A running attempt: its abort signal, and what the next attempt finds of it. */
export interface Alive {
  /** Aborts on cancellation, worker shutdown, or when this attempt was given up while its process was suspended. */
  signal: AbortSignal;
  /** Aborts only in the last case: what is on its way to a platform may arrive although the turn was stopped. */
  suspended: AbortSignal;
  /** Throws if this attempt was given up while its process was suspended: to be asked right before it acts, because a suspended timer is late. */
  assertCurrent(): void;
  /**
   * The same, however it was given up: its heartbeats may not have reached Temporal. To be awaited right before something is sent that a
   * further attempt would send a second time. One that has just begun asks nobody, unless there are `details` that the next attempt must find.
   */
  confirm(details?: object): Promise<void>;
  /**
   * To be awaited before it acts, where a further attempt finds out what this one did: from here on it is aborted before Temporal can have
   * given it up. Throws as `confirm` does, and is aborted then.
   */
  lease(): Promise<void>;
  /**
   * From here on, a kill of this process leaves nothing under way: a successor may have this made again at once, as it learns by
   * `note`. Without one it is no longer so: the heartbeat timeout is awaited, time for what is under way to arrive.
   */
  repeatable(note: NoteAttempt | undefined): void;
  /** Records what a next attempt reads as `heartbeatDetails`. */
  record(details: object): void;
  /** The same; resolves once Temporal has stored it. Throws if it could not, or if this attempt is to end. */
  checkpoint(details: object): Promise<void>;
}

/** Workers that an activity may take down in a row, where it is otherwise tried for as long as its platform is away. */
export const MOST_LOSSES = 8;

/** What every heartbeat tells besides its details. */
interface Beat {
  /** The last attempt that ended by itself, however it ended: those since then were lost with their workers. */
  ended?: number;
}

/**
 * Runs an activity's work while heartbeating by itself, so that the death of its worker is seen in seconds. Fails for good once it
 * has lost `losses` workers in a row.
 */
export async function whileAlive<T>(work: (alive: Alive) => Promise<T>, losses = Infinity): Promise<T> {
  const context = Context.current();
  const { attempt, heartbeatDetails } = context.info;
  const suspended = new AbortController();
  let details: object | undefined = heartbeatDetails;
  const { ended = 0 } = (heartbeatDetails ?? {}) as Beat;
  if (attempt - 1 - ended >= losses)
    throw ApplicationFailure.nonRetryable(
      `its worker was lost at each of ${losses} attempts`,
      FAILURE.workerLost,
    );
  // What takes its worker down each time must not do so in quick succession, nor may a series of kills use up the attempts.
  let mayBeNoted = attempt === 1;
  let strikeOut: (() => void) | undefined;
  let hasBeaten = false;
  let last = performance.now();
  // It may have waited in a process that was suspended.
  let confirmed = last - Math.max(0, Date.now() - context.info.currentAttemptScheduledTimestampMs);
  let isLeased = false;
  const check = () => {
    const now = performance.now();
    if (now - last > SUSPENDED_MS)
      suspended.abort(new Error('this process was suspended; another attempt has begun'));
    if (isLeased && now - confirmed > LEASE_MS)
      suspended.abort(new Error('Temporal was not reached; another attempt may begin'));
  };
  const heartbeat = () => {
    hasBeaten = true;
    context.heartbeat(details);
  };
  const keep = (next: object) => {
    details = ended > 0 ? { ...next, ended } : next;
  };
  /** For what is stored right after: a heartbeat that waits to be sent would undo it. */
  const keepStored = (next: object) => {
    keep(next);
    if (hasBeaten) heartbeat();
  };
  const beat = () => {
    check();
    last = performance.now();
    heartbeat();
    // Without an answer the lease runs out.
    if (isLeased) ask().catch(() => {});
  };
  const assertCurrent = () => {
    check();
    suspended.signal.throwIfAborted();
  };
  /** A heartbeat that is known to be stored. */
  const stored = async () => {
    const asked = performance.now();
    await context.client.activity.heartbeat(context.info.taskToken, details);
    confirmed = asked;
  };
  /** The same, in time; what was stopped meanwhile is still known to have lived. Throws if it was given up, or nobody answers. */
  const ask = async () => {
    const asked = performance.now();
    try {
      await context.client.withDeadline(Date.now() + ANSWER_MS, stored);
    } catch (error) {
      if (error instanceof ActivityNotFoundError) suspended.abort(error);
      if (!(error instanceof ActivityCancelledError)) throw error;
      confirmed = asked;
    }
  };
  const confirm = async (next?: object) => {
    assertCurrent();
    if (next) keepStored(next);
    else if (performance.now() - confirmed < FRESH_MS) return;
    await ask();
    assertCurrent();
  };
  // Not at once: most activities are over before the first beat is due, and each costs a request.
  const timer = setInterval(beat, BEAT_MS);
  try {
    return await work({
      signal: AbortSignal.any([context.cancellationSignal, suspended.signal]),
      suspended: suspended.signal,
      assertCurrent,
      confirm,
      async lease() {
        try {
          await confirm();
        } catch (error) {
          suspended.abort(error);
          throw error;
        }
        isLeased = true;
      },
      repeatable(note) {
        if (note && mayBeNoted) strikeOut ??= note(asNoted(context.info));
        else {
          strikeOut?.();
          strikeOut = undefined;
        }
      },
      record(next) {
        keep(next);
        heartbeat();
      },
      async checkpoint(next) {
        keepStored(next);
        await stored();
      },
    });
  } catch (error) {
    details = { ...details, ended: attempt } satisfies Beat;
    heartbeat();
    throw error;
  } finally {
    clearInterval(timer);
    mayBeNoted = false;
    strikeOut?.();
  }
}

function asNoted({ workflowExecution, activityId, attempt, base64TaskToken: taskToken }: Info): Attempt {
  const { workflowId = '', runId = '' } = workflowExecution ?? {};
  return { workflowId, runId, activityId, attempt, taskToken };
}
