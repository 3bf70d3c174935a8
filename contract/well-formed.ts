/**
 * The value with every text in it as Unicode has it: halves of characters, which JSON can carry, and NUL are replaced. Providers,
 * platforms and databases refuse them, again at every attempt. No text changes its length.
 */
export function wellFormed<T>(value: T): T {
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\0', '\ufffd') as T;
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(wellFormed) as T;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [wellFormed(key), wellFormed(one)]),
  ) as T;
}
