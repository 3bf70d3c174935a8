import type { InboundMessage } from '../../contract/message.ts';
import { audience } from '../audience.ts';
import { type Inbound, type Received, WebhookRefused } from '../platform.ts';
import { acceptText, readBody } from '../webhook-body.ts';
import { readWords } from './addressed.ts';
import type { Graph } from './api.ts';
import { contentOf } from './content.ts';
import { conversationOf, personOf, returnAddressOf } from './conversation.ts';
import { explain } from './errors.ts';
import { type WhatsAppBody, type WhatsAppChange, type WhatsAppMessage, webhookBody } from './event.ts';
import { fetchMedia } from './files.ts';
import { answerChallenge, checkSignature } from './signature.ts';

export interface WhatsAppSecrets {
  /** Signs every webhook request. */
  appSecret: string;
  /** Chosen by us, and entered in the webhook's settings. */
  verifyToken: string;
}

export function createWhatsAppInbound(
  { appSecret, verifyToken, phoneNumberId }: WhatsAppSecrets & { phoneNumberId: string },
  graph: Graph,
): Inbound {
  return {
    async receive(request) {
      if (request.method === 'GET') return answerChallenge(request, verifyToken);
      if (request.method !== 'POST')
        throw new WebhookRefused(405, 'method_not_allowed', 'Send a GET or a POST request.');
      checkSignature(request, appSecret);
      const changes = changesTo(phoneNumberId, readBody(request.body, webhookBody));
      return { messages: messagesOf(changes), warnings: failuresIn(changes) };
    },

    fetchAttachment: (attachment, options) => fetchMedia(graph, attachment, options),
  };
}

function changesTo(phoneNumberId: string, { entry }: WhatsAppBody): WhatsAppChange[] {
  return entry
    .flatMap(({ changes }) => changes.map(({ value }) => value))
    .filter(({ metadata }) => metadata.phone_number_id === phoneNumberId);
}

/** Messages that Meta took and could not deliver: it often tells only afterwards. */
function failuresIn(changes: WhatsAppChange[]): string[] {
  return changes
    .flatMap(({ statuses }) => statuses.filter(({ status }) => status === 'failed'))
    .map(({ id, errors }) => {
      const reasons = errors.map(({ code, title }) => explain(code, title));
      return `WhatsApp could not deliver ${id}: ${reasons.join('; ') || 'no reason given'}`;
    });
}

/** The messages, oldest first: Meta promises no order. */
function messagesOf(changes: WhatsAppChange[]): Received['messages'] {
  return changes
    .flatMap((change) => change.messages.map((message) => ({ change, message })))
    .toSorted((one, other) => one.message.timestamp - other.message.timestamp)
    .flatMap(({ change, message }) => read(change, message) ?? []);
}

function read(change: WhatsAppChange, message: WhatsAppMessage): Received['messages'][number] | undefined {
  const conversation = conversationOf(message);
  const person = personOf(message);
  if (conversation === undefined || person === undefined) return undefined;
  const said = wordsOf(change, message);
  if (!said) return undefined;
  const name = nameOf(change, message);
  const returnAddress = returnAddressOf(message);
  const inbound: InboundMessage = {
    id: message.id,
    messageId: message.id,
    sender: { id: person, ...(name && { name }) },
    sentAt: message.timestamp * 1000,
    ...(returnAddress && { returnAddress }),
    ...audience(Boolean(message.group_id), true),
    ...said,
  };
  return { conversation, message: inbound };
}

/** Text, attachments, and whether they change an earlier message; undefined for what says nothing. */
function wordsOf(
  { metadata }: WhatsAppChange,
  message: WhatsAppMessage,
): (Pick<InboundMessage, 'text'> & Partial<InboundMessage>) | undefined {
  if (message.revoke) return { messageId: message.revoke.original_message_id, text: '', deleted: true };
  const content = contentOf(message.edit?.message ?? message);
  if (!content) return undefined;
  const { text, isAddressed } = readWords(content.text, message, metadata.display_phone_number);
  const heard = audience(Boolean(message.group_id), isAddressed);
  return {
    text: acceptText(text, heard),
    ...heard,
    ...(content.attachments.length > 0 && { attachments: content.attachments }),
    ...(message.edit && { messageId: message.edit.original_message_id, edited: true as const }),
  };
}

function nameOf({ contacts }: WhatsAppChange, { from, from_user_id: userId }: WhatsAppMessage) {
  const contact = contacts.find(
    ({ wa_id, user_id }) => (from && wa_id === from) || (userId && user_id === userId),
  );
  return contact?.profile?.name;
}
