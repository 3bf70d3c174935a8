import type { WhatsAppMessage } from './event.ts';

/**
 * The text of a message if it is meant for us, without our number; else undefined. In groups that takes a command, a
 * mention (`@` and our number), or a reply to one of our messages.
 */
export function textForUs(
  text: string,
  { group_id: groupId, context }: WhatsAppMessage,
  displayNumber = '',
): string | undefined {
  if (!groupId || /^\/\w/.test(text)) return text;
  const number = displayNumber.replace(/\D/g, '');
  if (number === '') return undefined;
  const mention = new RegExp(`[ \\t]*(?<!\\w)@\\+?${number}(?!\\w)[,:]?`, 'g');
  const rest = text.replace(mention, '');
  if (rest !== text) return rest.trim();
  return context?.from?.replace(/\D/g, '') === number ? text : undefined;
}
