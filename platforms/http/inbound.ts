import { type Webhook, WebhookVerificationError } from 'standardwebhooks';
import { z } from 'zod';
import { InvalidConversationId, workflowIdOf } from '../../contract/conversation-id.ts';
import { MAX_EVENT_ID } from '../../contract/message.ts';
import { type Inbound, WebhookRefused, type WebhookRequest } from '../platform.ts';
import { acceptText, readBody, requirePost } from '../webhook-body.ts';

const shortText = z.string().min(1).max(MAX_EVENT_ID);

const webhookBody = z.object({
  conversation: z.string(),
  /** Event id. */
  id: shortText.refine((id) => id.isWellFormed(), 'must be well-formed Unicode'),
  text: z.string().refine((text) => text.trim() !== '', 'must not be empty'),
  sender: z
    .union([shortText.transform((id) => ({ id })), z.object({ id: shortText, name: shortText.optional() })])
    .optional(),
});

/** Takes `{conversation, id, text, sender?}`, signed by the Standard Webhooks scheme. */
export function createHttpInbound(webhook: Webhook): Inbound {
  return {
    async receive(request) {
      requirePost(request);
      verify(webhook, request);
      const { conversation, id, text, sender } = readBody(request.body, webhookBody);
      checkConversation(conversation);
      return {
        messages: [
          {
            conversation,
            message: {
              id,
              text: acceptText(text),
              ...(sender && {
                sender: { id: sender.id, ...('name' in sender && sender.name && { name: sender.name }) },
              }),
            },
          },
        ],
      };
    },
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
