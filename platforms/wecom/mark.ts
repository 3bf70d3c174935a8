import { shortKey } from '../delivery-key.ts';

/** Characters that show nothing; their place is the digit. */
const DIGITS = ['\u200b', '\u200c', '\u2060', '\ufeff'];
const LENGTH = 12;

/** UTF-8 bytes of a mark, with its space. */
export const MARK_BYTES = 1 + 3 * LENGTH;

/**
 * A mark that cannot be seen, the same for every attempt of a delivery and another for every other: WeCom drops a message
 * with the content of an earlier one, and two replies may well say the same. Its space keeps it out of an address that the
 * text ends with.
 */
export function invisibleMark(key: string): string {
  const digits = Array.from(shortKey(key, LENGTH), (digit) => DIGITS[Number.parseInt(digit, 16) % 4]);
  return ` ${digits.join('')}`;
}
