import { MAX_EVENT_ID } from '../../contract/message.ts';
import { audience } from '../audience.ts';
import type { Received } from '../platform.ts';
import { acceptText } from '../webhook-body.ts';
import { conversationOf, isDirect, threadOf } from './conversation.ts';
import type { SlackInteraction } from './event.ts';

/** The button's value is what its presser says. */
export function readPress({
  type,
  user,
  channel,
  container,
  message,
  actions,
}: SlackInteraction): Received['messages'] {
  if (type !== 'block_actions' || !user || !channel) return [];
  const ts = container?.message_ts ?? '';
  const conversation = conversationOf(channel.id, threadOf(ts, message?.thread_ts ?? container?.thread_ts));
  const name = user.name ?? user.username;
  return (actions ?? []).flatMap((action) => {
    const { value, action_ts: at } = action;
    if (action.type !== 'button' || !value || !at) return [];
    const id = `${channel.id}:${ts}:${user.id}:${at}`.slice(0, MAX_EVENT_ID);
    return [
      {
        conversation,
        message: {
          id,
          text: acceptText(value),
          sender: { id: user.id, ...(name && { name }) },
          ...audience(!isDirect(channel.id), true),
        },
      },
    ];
  });
}
