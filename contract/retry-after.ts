/** Milliseconds that the value of a `Retry-After` header asks for, in seconds or as a date; undefined if it is missing or senseless. */
export function readRetryAfter(header: string | null | undefined, now = Date.now()): number | undefined {
  const value = header?.trim();
  if (!value) return undefined;
  const ms = Number(value) >= 0 ? Math.round(Number(value) * 1000) : Date.parse(value) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
