/** A request was given up because its answer took too long. */
export class TimedOut extends Error {
  override name = 'TimedOut';
  override message = 'it did not answer in time';
}

/** To the SDK, whose own limit would come first otherwise. */
export const NO_LIMIT = 2 ** 31 - 1;

/**
 * Does requests under a signal that aborts after `ms`, or with `outer`, but not when they are done: the SDK would tell the server
 * that a request was cancelled which it has answered. Throws {@link TimedOut} or the reason of `outer`.
 */
export async function within<T>(
  ms: number,
  outer: AbortSignal,
  request: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const inner = new AbortController();
  const stop = () => inner.abort(outer.reason);
  const timer = setTimeout(() => inner.abort(new TimedOut()), ms);
  outer.addEventListener('abort', stop);
  try {
    outer.throwIfAborted();
    return await request(inner.signal);
  } catch (error) {
    inner.signal.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(timer);
    outer.removeEventListener('abort', stop);
  }
}
