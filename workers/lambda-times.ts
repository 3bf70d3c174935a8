/** What runs when an invocation is about to end has as long to finish as SIGTERM gives it elsewhere, or more where there is time. */
const GRACE = { atLeastMs: 3_000, atMostMs: 120_000, share: 1 / 4 };
/** Until what does not heed its abort signal is left behind. */
const FORCE_MS = 3_000;
/** For closing the connection. */
const CLOSE_MS = 1_000;

/**
 * How an invocation that has `timeoutMs` ends: `bufferMs` before that it takes no more work. A tool that was begun shortly before would
 * be cut off with every invocation, so it gets a share of the time, and what is over sooner ends the invocation sooner.
 */
export function lambdaTimes(timeoutMs: number) {
  const graceMs = Math.min(Math.max(timeoutMs * GRACE.share, GRACE.atLeastMs), GRACE.atMostMs);
  const shutdownForceTime = graceMs + FORCE_MS;
  return { shutdownGraceTime: graceMs, shutdownForceTime, bufferMs: shutdownForceTime + CLOSE_MS };
}
