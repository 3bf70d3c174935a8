import type { LineMessage } from './event.ts';

/**
 * The text of a message in a group if it is meant for us, without our name; else undefined. That takes a command or a
 * mention; LINE does not say whose message is quoted.
 */
export function textForUs(text: string, { mention }: LineMessage): string | undefined {
  // From the end, so that the offsets before stay right.
  const own = (mention?.mentionees ?? [])
    .filter(({ isSelf }) => isSelf)
    .toSorted((one, other) => other.index - one.index);
  if (own.length === 0) return /^\/\w/.test(text) ? text : undefined;
  return own
    .reduce((rest, { index, length }) => rest.slice(0, index) + rest.slice(index + length), text)
    .replace(/^[\s,:]+/, '')
    .trim();
}
