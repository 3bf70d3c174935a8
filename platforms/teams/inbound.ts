import type { InboundMessage, Sender } from '../../contract/message.ts';
import { audience } from '../audience.ts';
import { type Inbound, type Received, WebhookRefused } from '../platform.ts';
import { acceptText, readBody, requirePost } from '../webhook-body.ts';
import { type Activity, activity } from './activity.ts';
import type { TeamsApi } from './api.ts';
import { attachmentsOf, notesOf } from './attachments.ts';
import { pressedValue } from './buttons.ts';
import { contentOf, mentionsApp } from './content.ts';
import { checkCaller, type VerifyTeams } from './verify.ts';

const KINDS: Record<string, 'written' | 'edited' | 'deleted'> = {
  message: 'written',
  messageUpdate: 'edited',
  messageDelete: 'deleted',
};

/** `tenantId`: activities of others are acknowledged and not read. */
export function createTeamsInbound(verify: VerifyTeams, api: TeamsApi, tenantId?: string): Inbound {
  return {
    async receive(request) {
      requirePost(request);
      const caller = await verify(request.headers);
      const received = readBody(request.body, activity);
      checkCaller(received, caller);
      const message = isForUs(received, tenantId) && read(received);
      return { messages: message ? [message] : [], respond: () => new Response(null) };
    },
    fetchAttachment: ({ ref, mediaType }, options) => api.download(ref, mediaType, options),
  };
}

/** Not other bots: two that answer each other would never end. */
function isForUs({ channelId, channelData, conversation, from }: Activity, tenantId?: string): boolean {
  if (channelId !== 'msteams' || from?.role === 'bot' || from?.id.startsWith('28:')) return false;
  return tenantId === undefined || (channelData?.tenant?.id ?? conversation?.tenantId) === tenantId;
}

function read(received: Activity): Received['messages'][number] | undefined {
  const kind = KINDS[received.type];
  if (!kind) return undefined;
  const { conversation, serviceUrl } = received;
  if (!conversation) throw new WebhookRefused(400, 'invalid_message', 'conversation: is missing');
  const message = messageOf(received, kind);
  return message && { conversation: conversation.id, message: { ...message, returnAddress: { serviceUrl } } };
}

function messageOf(received: Activity, kind: 'written' | 'edited' | 'deleted'): InboundMessage | undefined {
  const { id: messageId, timestamp = '', replyToId } = received;
  const sender = senderOf(received);
  const sentAt = Date.parse(timestamp);
  const more = {
    ...(sender && { sender }),
    ...(!Number.isNaN(sentAt) && { sentAt }),
    ...audience(isGroup(received), true),
  };

  const value = kind === 'written' ? pressedValue(received.value) : undefined;
  if (value !== undefined)
    // A press may come without a message of its own.
    return {
      id: messageId ?? `press:${replyToId}:${timestamp}:${sender?.id}`,
      text: acceptText(value),
      ...more,
    };

  if (messageId === undefined) throw new WebhookRefused(400, 'invalid_message', 'id: is missing');
  if (kind === 'deleted')
    return { id: `delete:${messageId}:${timestamp}`, messageId, text: '', deleted: true, ...more };

  // Teams sends what does not mention the app only if the app's permissions ask for all messages.
  const mentioned = mentionsApp(received);
  const heard = audience(isGroup(received), mentioned);
  const { text, quote } = contentOf(received);
  const attachments = attachmentsOf(received);
  const said = [text, ...notesOf(received)].filter((line) => line !== '');
  if (said.length + attachments.length === 0) {
    // A mention and nothing else is still a word to us.
    if (!mentioned) return undefined;
    said.push(`@${received.recipient?.name ?? 'app'}`);
  }
  return {
    id: kind === 'edited' ? `edit:${messageId}:${timestamp}` : messageId,
    messageId,
    text: acceptText(said.join('\n'), heard),
    ...(kind === 'edited' && { edited: true }),
    ...(attachments.length > 0 && { attachments }),
    ...(quote && { quote }),
    ...more,
    ...heard,
  };
}

function isGroup({ conversation }: Activity): boolean {
  const { conversationType, isGroup: group } = conversation ?? {};
  return conversationType === undefined ? group === true : conversationType !== 'personal';
}

/** The directory's id of a person where it is told: the other is another one for every bot. */
function senderOf({ from }: Activity): Sender | undefined {
  return from && { id: from.aadObjectId ?? from.id, ...(from.name && { name: from.name }) };
}
