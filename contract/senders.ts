import type { Sender } from './message.ts';

/** How many senders of a conversation are noted: those who wrote last. */
const MOST = 20;

/** Who wrote in a conversation, as its workflow's memo has it, which a list of workflows tells and which is encrypted like any payload. */
export function sendersIn(memo: Record<string, unknown> | undefined): Sender[] {
  return (memo?.senders as Sender[] | undefined) ?? [];
}

/** The senders with this one, if that is news: not a name that changes from message to message, as some platforms tell it. */
export function withSender(
  memo: Record<string, unknown> | undefined,
  sender: Sender | undefined,
): Sender[] | undefined {
  const noted = sendersIn(memo);
  const known = sender && noted.find(({ id }) => id === sender.id);
  if (!sender || (known && (known.name !== undefined || sender.name === undefined))) return undefined;
  return [...noted.filter(({ id }) => id !== sender.id), sender].slice(-MOST);
}
