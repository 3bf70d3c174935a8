import type { Internal } from '../contract/message.ts';
import type { QueuedMessage } from '../contract/state.ts';
import type { UserEntry } from '../contract/transcript.ts';
import { withLateness } from './schedules/lateness.ts';

/** What a transcript keeps of a message, but for its number. */
export function userEntry(
  turn: number,
  { message, at, after }: QueuedMessage,
  marks: Pick<UserEntry, 'command' | 'refused'>,
): Omit<UserEntry, 'seq'> {
  const { id, messageId, text, sender, edited, attachments, quote, returnAddress, sentAt } = message;
  const { place } = message;
  const internal = message.internal && withLateness(message.internal, at, Date.now());
  return {
    kind: 'user',
    turn,
    id,
    text,
    at: sentAt ?? at,
    ...(messageId === undefined ? {} : { messageId }),
    ...(sender === undefined ? {} : { sender }),
    ...(edited === undefined ? {} : { edited }),
    ...(attachments === undefined ? {} : { attachments }),
    ...(quote === undefined ? {} : { quote }),
    ...(returnAddress === undefined ? {} : { returnAddress }),
    ...(internal === undefined ? {} : { internal: withoutExtras(internal) }),
    ...(place === undefined ? {} : { place }),
    ...(after === undefined ? {} : { after }),
    ...marks,
  };
}

/** Without what the turn that reads it takes over. */
function withoutExtras(internal: Internal): Internal {
  return internal.kind === 'task' ? { kind: 'task', id: internal.id } : internal;
}
