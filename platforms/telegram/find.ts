import type { Receipt } from '../../contract/delivery.ts';
import type { OutboundContext } from '../platform.ts';
import { type CallTelegram, TelegramRefused } from './api.ts';
import type { Bot } from './bot.ts';
import { isGroup, type Place, placeOf } from './conversation.ts';

/** Ids that are tried. In private chats all chats of the bot share one counter, so other people's messages lie between. */
const TRIES = 40;
const NOT_OURS = [
  'message to edit not found',
  "message can't be edited",
  'MESSAGE_ID_INVALID',
  // Ours, but a file where a text is looked for, or the other way round.
  'there is no text in the message to edit',
  'there is no caption in the message to edit',
];

/**
 * Finds the message that was sent and not recorded, by trying an edit on the messages that follow the answered one: only one
 * of ours can be edited, and the recorded ones of ours are known. `edit` makes it right.
 */
export async function findMessage(
  call: CallTelegram,
  bot: Bot,
  { conversation, sentAfter, knownMessageIds, signal }: OutboundContext,
  edit: (messageId: number) => Promise<unknown>,
): Promise<Receipt | undefined> {
  const place = placeOf(conversation);
  const began = Number(sentAfter);
  if (!Number.isSafeInteger(began) || began <= 0) return undefined;
  // Topics share the ids of their chat, and its other topics are other conversations: an unknown message that can be
  // edited may be a reply of ours in one of them, and would be overwritten.
  if (await hasTopics(call, bot, place, signal)) return undefined;

  const known = new Set(knownMessageIds);
  for (let id = began + 1, tries = 0; tries < TRIES; id++) {
    if (known.has(String(id))) continue;
    tries++;
    try {
      await edit(id);
      return { messageId: String(id) };
    } catch (error) {
      if (!(error instanceof TelegramRefused)) throw error;
      if (error.reason.includes('message is not modified')) return { messageId: String(id) };
      if (!NOT_OURS.some((reason) => error.reason.includes(reason))) throw error;
    }
  }
  return undefined;
}

async function hasTopics(call: CallTelegram, bot: Bot, place: Place, signal: AbortSignal): Promise<boolean> {
  if (place.threadId !== undefined) return true;
  if (!isGroup(place)) return bot.hasTopics();
  const chat = await call('getChat', (api, abort) => api.getChat({ chat_id: place.chatId }, abort), signal);
  return chat.is_forum === true;
}
