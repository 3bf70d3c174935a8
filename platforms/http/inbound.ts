import { type Webhook, WebhookVerificationError } from 'standardwebhooks';
import { z } from 'zod';
import { InvalidConversationId, workflowIdOf } from '../../contract/conversation-id.ts';
import {
  type Attachment,
  type InboundMessage,
  MAX_ATTACHMENTS,
  MAX_EVENT_ID,
  MAX_REF,
} from '../../contract/message.ts';
import { download } from '../download.ts';
import { kindOf } from '../media-kind.ts';
import { type Inbound, WebhookRefused, type WebhookRequest } from '../platform.ts';
import { acceptText, readBody, requirePost } from '../webhook-body.ts';

const shortText = z.string().min(1).max(MAX_EVENT_ID);

const attachment = z.object({
  /** Fetched when the model needs it. */
  url: z.url({ protocol: /^https?$/ }).max(MAX_REF),
  kind: z.enum(['image', 'audio', 'video', 'file']).optional(),
  mediaType: shortText.optional(),
  name: shortText.optional(),
});

const webhookBody = z
  .object({
    conversation: z.string(),
    /** Event id. */
    id: shortText.refine((id) => id.isWellFormed(), 'must be well-formed Unicode'),
    text: z.string().default(''),
    attachments: z.array(attachment).max(MAX_ATTACHMENTS).default([]),
    /** Event id of an earlier message that this is a new wording of. */
    edits: shortText.optional(),
    /** Event id of an earlier message that its sender took back. */
    deletes: shortText.optional(),
    sender: z
      .union([shortText.transform((id) => ({ id })), z.object({ id: shortText, name: shortText.optional() })])
      .optional(),
  })
  .refine(({ text, attachments, deletes }) => text.trim() !== '' || attachments.length > 0 || deletes, {
    path: ['text'],
    message: 'must not be empty, unless there are attachments',
  });

/** Takes `{conversation, id, text, sender?, attachments?, edits?, deletes?}`, signed by the Standard Webhooks scheme. */
export function createHttpInbound(webhook: Webhook): Inbound {
  return {
    async receive(request) {
      requirePost(request);
      verify(webhook, request);
      const body = readBody(request.body, webhookBody);
      checkConversation(body.conversation);
      return { messages: [{ conversation: body.conversation, message: messageOf(body) }] };
    },

    fetchAttachment: ({ ref, mediaType }, { maxBytes, signal }) =>
      // The address is from a signed request: who holds the secret says where its files are.
      download({ what: 'http: attachment', url: ref, mediaType, maxBytes, signal }),
  };
}

function messageOf({ id, text, sender, attachments, edits, deletes }: z.output<typeof webhookBody>) {
  const message: InboundMessage = {
    id,
    messageId: deletes ?? edits ?? id,
    text: deletes === undefined ? acceptText(text) : '',
    ...(sender && {
      sender: { id: sender.id, ...('name' in sender && sender.name && { name: sender.name }) },
    }),
    ...(attachments.length > 0 && { attachments: attachments.map(attachmentOf) }),
  };
  if (deletes !== undefined) message.deleted = true;
  else if (edits !== undefined) message.edited = true;
  return message;
}

function attachmentOf({ url, kind, mediaType, name }: z.output<typeof attachment>): Attachment {
  return {
    kind: kind ?? kindOf(mediaType),
    ref: url,
    ...(mediaType && { mediaType }),
    ...(name && { name }),
  };
}

function verify(webhook: Webhook, { headers, body }: WebhookRequest): void {
  try {
    webhook.verify(Buffer.from(body), Object.fromEntries(headers), { jsonParse: false });
  } catch (error) {
    // The library tells its reasons apart by their text only.
    const reason = error instanceof WebhookVerificationError ? error.message : 'Invalid signature headers';
    const stale = reason.startsWith('Message timestamp');
    throw new WebhookRefused(401, stale ? 'stale_timestamp' : 'bad_signature', `${reason}.`);
  }
}

function checkConversation(conversation: string): void {
  try {
    workflowIdOf({ platform: 'http', conversation });
  } catch (error) {
    if (!(error instanceof InvalidConversationId)) throw error;
    throw new WebhookRefused(400, 'invalid_conversation', `conversation: ${error.message}`);
  }
}
