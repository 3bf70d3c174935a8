import type { InboundMessage, Sender } from '../../contract/message.ts';
import { audience } from '../audience.ts';
import { type Inbound, type Received, WebhookRefused } from '../platform.ts';
import { acceptText, readBody, requirePost } from '../webhook-body.ts';
import type { GoogleChatApi } from './api.ts';
import { BUTTON_VALUE } from './buttons.ts';
import { attachmentsOf, quoteOf, textOf } from './content.ts';
import { conversationOf, isDirect, lastOf } from './conversation.ts';
import { type ChatMessage, event } from './event.ts';
import { type Interaction, interactionOf } from './interaction.ts';
import type { VerifyGoogle } from './verify.ts';

export function createGoogleChatInbound(verify: VerifyGoogle, api: GoogleChatApi): Inbound {
  return {
    async receive(request) {
      requirePost(request);
      await verify(request.headers);
      const interaction = interactionOf(readBody(request.body, event));
      const received = interaction && read(interaction);
      return {
        messages: received ? [received] : [],
        // Anything in it would be shown as an answer.
        respond: () => Response.json({}),
      };
    },
    fetchAttachment: ({ ref, mediaType }, options) => api.download(ref, mediaType, options),
  };
}

/** Undefined for other bots: two that answer each other would never end. */
function read(interaction: Interaction): Received['messages'][number] | undefined {
  const { user, space, thread } = interaction;
  if (user?.type === 'BOT') return undefined;
  if (!space) throw new WebhookRefused(400, 'invalid_message', 'space: is missing');
  const message = messageOf(interaction);
  // Google tells apps only of what is addressed to them.
  const heard = audience(!isDirect(space), true);
  return message && { conversation: conversationOf(space, thread), message: { ...message, ...heard } };
}

function messageOf(interaction: Interaction): InboundMessage | undefined {
  const { kind, message, user, eventTime = '', parameters, commandId } = interaction;
  const sender: Sender | undefined = user && {
    id: lastOf(user.name),
    ...(user.displayName && { name: user.displayName }),
  };
  if (kind === 'message') {
    if (!message) throw new WebhookRefused(400, 'invalid_message', 'message: is missing');
    return written(message, sender);
  }
  // Google gives a press no id of its own; its time is the same in every delivery.
  const id = `${kind}:${message ? lastOf(message.name) : ''}:${eventTime}:${sender?.id ?? ''}`;
  const text = kind === 'button' ? parameters[BUTTON_VALUE] : `[command ${commandId ?? 'without a number'}]`;
  if (!text) return undefined;
  return { id, text: acceptText(text), ...(sender && { sender }), ...sentAtOf(eventTime) };
}

function written(message: ChatMessage, sender: Sender | undefined): InboundMessage | undefined {
  if (message.sender?.type === 'BOT') return undefined;
  const text = acceptText(textOf(message));
  const attachments = attachmentsOf(message);
  if (text === '' && attachments.length === 0) return undefined;
  const quote = quoteOf(message);
  const id = lastOf(message.name);
  return {
    id,
    messageId: id,
    text,
    ...(sender && { sender }),
    ...(attachments.length > 0 && { attachments }),
    ...(quote && { quote }),
    ...sentAtOf(message.createTime),
  };
}

function sentAtOf(time = ''): { sentAt?: number } {
  const sentAt = Date.parse(time);
  return Number.isNaN(sentAt) ? {} : { sentAt };
}
