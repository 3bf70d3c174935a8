import { BLANKS } from '../text/blanks.ts';
import type { WhatsAppMessage } from './event.ts';

interface Words {
  /** Without our number. */
  text: string;
  isAddressed: boolean;
}

/**
 * What a message says, and whether it is meant for us: in groups that takes a command, a mention (`@` and our number), or a
 * reply to one of our messages.
 */
export function readWords(
  text: string,
  { group_id: groupId, context }: WhatsAppMessage,
  displayNumber = '',
): Words {
  if (!groupId || /^\/\w/.test(text)) return { text, isAddressed: true };
  const number = displayNumber.replace(/\D/g, '');
  if (number === '') return { text, isAddressed: false };
  const mention = new RegExp(`${BLANKS}(?<!\\w)@\\+?${number}(?!\\w)[,:]?`, 'g');
  const rest = text.replace(mention, '');
  if (rest !== text) return { text: rest.trim(), isAddressed: true };
  return { text, isAddressed: context?.from?.replace(/\D/g, '') === number };
}
