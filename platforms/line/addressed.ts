import type { LineMessage } from './event.ts';

interface Words {
  /** Without our name. */
  text: string;
  isAddressed: boolean;
}

/**
 * What a message of a group says, and whether it is meant for us: that takes a command or a mention; LINE does not say whose
 * message is quoted.
 */
export function readWords(text: string, { mention }: LineMessage): Words {
  // From the end, so that the offsets before stay right.
  const own = (mention?.mentionees ?? [])
    .filter(({ isSelf }) => isSelf)
    .toSorted((one, other) => other.index - one.index);
  if (own.length === 0) return { text, isAddressed: /^\/\w/.test(text) };
  const rest = own
    .reduce((words, { index, length }) => words.slice(0, index) + words.slice(index + length), text)
    .replace(/^[\s,:]+/, '')
    .trim();
  return { text: rest, isAddressed: true };
}
