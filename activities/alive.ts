import { Context } from '@temporalio/activity';

/** How often a running activity says that its process lives. */
const BEAT_MS = 1_000;
/** A beat this late means that the process was suspended: another attempt has begun, so this one must not act any more. */
const SUSPENDED_MS = 3_500;

/** A running attempt: its abort signal, and what the next attempt finds of it. */
export interface Alive {
  /** Aborts on cancellation, worker shutdown, or when this attempt was given up while its process was suspended. */
  signal: AbortSignal;
  /** Aborts only in the last case: what is on its way to a platform may arrive although the turn was stopped. */
  suspended: AbortSignal;
  /** Throws if this attempt was given up meanwhile: to be asked right before it acts, because a suspended timer is late. */
  assertCurrent(): void;
  /** Records what a next attempt reads as `heartbeatDetails`. */
  record(details: unknown): void;
}

/** Runs an activity's work while heartbeating by itself, so that the death of its worker is seen in seconds. */
export async function whileAlive<T>(work: (alive: Alive) => Promise<T>): Promise<T> {
  const context = Context.current();
  const suspended = new AbortController();
  let details: unknown = context.info.heartbeatDetails;
  let last = performance.now();
  const check = () => {
    if (performance.now() - last > SUSPENDED_MS)
      suspended.abort(new Error('this process was suspended; another attempt has begun'));
  };
  const beat = () => {
    check();
    last = performance.now();
    context.heartbeat(details);
  };
  const timer = setInterval(beat, BEAT_MS);
  beat();
  try {
    return await work({
      signal: AbortSignal.any([context.cancellationSignal, suspended.signal]),
      suspended: suspended.signal,
      assertCurrent() {
        check();
        suspended.signal.throwIfAborted();
      },
      record(next) {
        details = next;
        context.heartbeat(details);
      },
    });
  } finally {
    clearInterval(timer);
  }
}
