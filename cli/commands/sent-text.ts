import type { Sent } from '../conversations/send.ts';
import { printable } from '../printable.ts';

/** What became of a message, in words or as JSON. */
export function sentText(sent: Sent, json: true | undefined): string {
  if (json) return JSON.stringify(sent);
  const { conversation, message, duplicate, reply } = sent;
  if (reply) return printable(reply.text);
  return duplicate
    ? `${conversation} has message ${message} already.`
    : `Stored in ${conversation} as message ${message}. Its reply is not there yet.`;
}
