import type { Part } from '../platform.ts';
import { splitMarkdown } from './split.ts';

/** Parts of a quarter of the limit are sent as they are: what is still too long then is markup that the platform has to judge. */
const LEAST = 1 / 4;

/**
 * The part of a markdown text that begins at offset `from`, of which at most `limit` is seen, in the platform's own measure.
 * Deterministic.
 */
export function splitToFit(
  text: string,
  from: number,
  limit: number,
  measure: (part: string) => number,
): Part {
  for (let length = limit; ; length = Math.floor(length * 0.8)) {
    const part = splitMarkdown(text, from, length);
    if (length < limit * LEAST || measure(part.text) <= limit) return part;
  }
}
