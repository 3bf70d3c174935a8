import type { ConversationId } from '../../../contract/conversation-id.ts';
import { conversationOf as inFeishu } from '../../../platforms/feishu/conversation.ts';
import { lastOf } from '../../../platforms/google-chat/conversation.ts';
import { conversationOf as inMatrix } from '../../../platforms/matrix/conversation.ts';
import { conversationOf as inSlack } from '../../../platforms/slack/conversation.ts';
import { conversationOf as inTelegram } from '../../../platforms/telegram/conversation.ts';
import type { HermesSession } from './read-sessions.ts';

type Place = Pick<HermesSession, 'chatId' | 'chatType' | 'threadId'>;

/** Telegram's topic that every forum has; what is written there does not name it. */
const GENERAL_TOPIC = '1';

/** Hermes's platforms whose places are holdfast's too, and what holdfast calls them; undefined for a place that has no name here. */
const PLATFORMS: Record<string, { platform: string; conversation(place: Place): string | undefined }> = {
  telegram: {
    platform: 'telegram',
    conversation: ({ chatId, threadId }) => {
      const topic =
        threadId === undefined || threadId === GENERAL_TOPIC ? {} : { threadId: Number(threadId) };
      return inTelegram({ chatId: Number(chatId), ...topic });
    },
  },
  discord: { platform: 'discord', conversation: ({ chatId, threadId }) => threadId ?? chatId },
  slack: { platform: 'slack', conversation: ({ chatId, threadId }) => inSlack(chatId, threadId) },
  feishu: { platform: 'feishu', conversation: inFeishu },
  matrix: {
    platform: 'matrix',
    conversation: ({ chatId: roomId, threadId }) =>
      inMatrix({ roomId, ...(threadId === undefined ? {} : { threadId }) }),
  },
  // The bridge's name of a person: a phone number and the server.
  whatsapp: {
    platform: 'whatsapp',
    conversation: ({ chatId }) => /^(\d+)(?:@s\.whatsapp\.net)?$/.exec(chatId)?.[1],
  },
  whatsapp_cloud: { platform: 'whatsapp', conversation: ({ chatId }) => chatId },
  // Groups are not reached by an app's messages.
  wecom: {
    platform: 'wecom',
    conversation: ({ chatId, chatType }) => (chatType === 'dm' ? chatId : undefined),
  },
  // `{corp}:{user}`.
  wecom_callback: { platform: 'wecom', conversation: ({ chatId }) => chatId.slice(chatId.indexOf(':') + 1) },
  teams: { platform: 'teams', conversation: ({ chatId }) => chatId },
  google_chat: {
    platform: 'google-chat',
    conversation: ({ chatId, chatType, threadId }) =>
      threadId === undefined || chatType === 'dm' ? lastOf(chatId) : `${lastOf(chatId)}/${lastOf(threadId)}`,
  },
  line: { platform: 'line', conversation: ({ chatId }) => chatId },
};

/** Where a session's conversation is for holdfast; undefined where it has none. */
export function placeOf(session: HermesSession): ConversationId | undefined {
  const known = PLATFORMS[session.platform];
  const conversation = session.chatId === '' ? undefined : known?.conversation(session);
  return known && conversation ? { platform: known.platform, conversation } : undefined;
}
