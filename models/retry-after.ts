/** The delay that a response asks for, in ms: `retry-after-ms`, or `retry-after` in seconds or as an HTTP date. */
export function retryAfterMs(headers: Record<string, string>, now: number): number | undefined {
  const exact = headers['retry-after-ms']?.trim();
  if (exact && Number(exact) >= 0) return Math.round(Number(exact));
  const value = headers['retry-after']?.trim();
  if (!value) return undefined;
  if (Number(value) >= 0) return Math.round(Number(value) * 1000);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
