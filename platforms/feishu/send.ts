import { z } from 'zod';
import { shortKey } from '../delivery-key.ts';
import { DeliveryRefused, type OutboundContext } from '../platform.ts';
import { type CallFeishu, FeishuRefused } from './api.ts';
import type { Form } from './card.ts';
import { placeOf } from './conversation.ts';
import { newestInThread } from './message.ts';

/** The longest `uuid`. */
const KEY_LENGTH = 50;

/** The card is not understood, has too many tables, is too long with its markup; or the group takes no cards. */
const OTHER_FORM = new Set([230099, 230025, 230054]);
/** The message that is to be answered was taken back or deleted. */
const GONE = new Set([230011, 230110]);

const sentMessage = z.object({
  data: z.object({ message_id: z.string(), create_time: z.coerce.number().catch(Number.NaN) }),
});

export interface Sent {
  messageId: string;
  /** Milliseconds since the epoch, by Feishu's clock. */
  sentAt: number;
}

/** Sends the first of the forms that Feishu takes. With the same key it sends nothing, and returns the first message. */
export async function send(
  call: CallFeishu,
  context: OutboundContext,
  forms: readonly Form[],
  key = context.key,
): Promise<Sent> {
  const uuid = shortKey(key, KEY_LENGTH);
  const { data } = await firstTaken(forms, (form) => sendForm(call, context, { ...form, uuid }));
  return { messageId: data.message_id, sentAt: data.create_time };
}

/** Tries form after form, as long as Feishu does not like their content. */
export async function firstTaken<T>(forms: readonly Form[], attempt: (form: Form) => Promise<T>): Promise<T> {
  const [form, ...others] = forms;
  if (!form) throw new DeliveryRefused('Feishu: nothing to send');
  try {
    return await attempt(form);
  } catch (error) {
    if (others.length > 0 && error instanceof FeishuRefused && OTHER_FORM.has(error.code))
      return firstTaken(others, attempt);
    throw error;
  }
}

type Keyed = Form & { uuid: string };

/** As an answer in groups and threads, otherwise into the chat. */
async function sendForm(call: CallFeishu, context: OutboundContext, form: Keyed) {
  const { conversation, inReplyTo, returnAddress, signal } = context;
  const { chatId, threadId } = placeOf(conversation);
  const reply = (messageId: string) =>
    call(
      {
        what: 'answering',
        path: `im/v1/messages/${encodeURIComponent(messageId)}/reply`,
        json: { ...form, ...(threadId && { reply_in_thread: true }) },
        signal,
      },
      sentMessage,
    );
  const answered = inReplyTo ?? returnAddress?.message;
  if (answered !== undefined && (threadId || returnAddress?.chat !== 'p2p'))
    try {
      return await reply(answered);
    } catch (error) {
      if (!(error instanceof FeishuRefused && GONE.has(error.code))) throw error;
    }
  if (threadId) {
    const newest = await newestInThread(call, threadId, signal);
    if (newest === undefined) throw new DeliveryRefused('Feishu: the thread has no messages');
    return reply(newest);
  }
  const json = { receive_id: chatId, ...form };
  return call({ what: 'sending', path: 'im/v1/messages?receive_id_type=chat_id', json, signal }, sentMessage);
}
