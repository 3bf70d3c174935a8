import type { z } from 'zod';
import { audience } from '../audience.ts';
import type { Received } from '../platform.ts';
import { acceptText } from '../webhook-body.ts';
import { conversationOf, isDirect } from './conversation.ts';
import type { slashCommand } from './event.ts';
import { readable } from './text.ts';

/** `/holdfast status` is `/status`; alone, it asks for help. Slack does not tell threads: it acts on the channel. */
export function readSlashCommand(given: z.output<typeof slashCommand>): Received['messages'] {
  const { text, channel_id: channel, user_id: user, user_name: name, trigger_id: id } = given;
  const words = readable(text).trim().replace(/^\//, '');
  const message = {
    id: `command:${id}`,
    text: acceptText(`/${words || 'help'}`),
    sender: { id: user, ...(name && { name }) },
    ...audience(!isDirect(channel), true),
  };
  return [{ conversation: conversationOf(channel, undefined), message }];
}
