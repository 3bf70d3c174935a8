import { setTimeout as sleep } from 'node:timers/promises';
import type { ConversationView } from '../contract/signals.ts';
import type { Conversations } from './conversations.ts';

const RETRY_MS = 500;
/** How many runs a reader who was away may be behind: a worker replays each of them. */
const MOST_RUNS = 50;
/** A run before that cannot be read for this long does not hold up what is new. */
const PATIENCE_MS = 30_000;

/**
 * The state of a conversation with the entries after a cursor, page by page, until all are read. What it did not carry on since the
 * cursor, because it was summarised or put away by `/new`, is read from the runs before, for as long as Temporal keeps them. From
 * the beginning on, that is only what the conversation still has.
 */
export async function* unread(
  conversations: Conversations,
  workflowId: string,
  after: number,
  signal: AbortSignal,
  run?: string,
  runsLeft = MOST_RUNS,
): AsyncGenerator<ConversationView> {
  const patience = () =>
    run === undefined ? signal : AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
  let cursor = after;
  let mayLookBack = after > 0 && runsLeft > 0;
  for (let whole = false; !whole; ) {
    const seen = await untilRead(() => conversations.read(workflowId, cursor, run), patience());
    if (!seen) return;
    if (seen.seq < cursor) {
      // A conversation that was ended by hand and began anew counts from one again.
      cursor = 0;
      mayLookBack = false;
    } else if (mayLookBack && seen.runBefore !== undefined) {
      mayLookBack = false;
      const before = unread(conversations, workflowId, cursor, signal, seen.runBefore, runsLeft - 1);
      for await (const { entries } of before) {
        yield { ...seen, entries };
        cursor = entries.at(-1)?.seq ?? cursor;
      }
    } else {
      yield seen;
      cursor = seen.entries.at(-1)?.seq ?? cursor;
      whole = cursor === seen.seq || seen.entries.length === 0;
    }
  }
}

/** Asks again until there is an answer, or `signal` aborts: through restarts of workers and Temporal. */
async function untilRead<T>(read: () => Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  while (!signal.aborted) {
    try {
      return await unlessAborted(read(), signal);
    } catch {
      await sleep(RETRY_MS, undefined, { signal }).catch(() => {});
    }
  }
  return undefined;
}

/** Undefined as soon as `signal` aborts: an answer may take longer than anybody waits for it. */
async function unlessAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  const { promise: aborted, resolve } = Promise.withResolvers<undefined>();
  const abort = () => resolve(undefined);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([answer, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
