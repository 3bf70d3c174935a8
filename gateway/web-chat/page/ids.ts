const LETTERS = '23456789abcdefghjkmnpqrstuvwxyz';

/** A random id of lower-case letters and digits; 16 of them are 79 bits. Works on plain http, unlike `randomUUID`. */
export function randomId(length = 16): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return Array.from(bytes, (byte) => LETTERS[byte % LETTERS.length]).join('');
}
