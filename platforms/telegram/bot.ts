import { keepSuccess } from '../keep-success.ts';
import type { CallTelegram } from './api.ts';

/** Who we are in Telegram. What the token does not say is asked once for a process; an error is not kept. */
export interface Bot {
  id: number;
  /** Without `@`. */
  username(): Promise<string>;
  /** Whether private chats with this bot have topics. */
  hasTopics(): Promise<boolean>;
}

/** Throws for a token that is none: its first part is the bot's id. */
export function createBot(botToken: string, call: CallTelegram, botUsername?: string): Bot {
  const id = Number(/^(\d+):./.exec(botToken)?.[1]);
  if (!Number.isSafeInteger(id))
    throw new Error('TELEGRAM_BOT_TOKEN: must look like 123456:ABC…, as given by @BotFather.');
  const getMe = keepSuccess(() => call('getMe', (api, signal) => api.getMe(signal)));
  return {
    id,
    username: async () => botUsername?.replace(/^@/, '') ?? (await getMe()).username,
    hasTopics: async () => (await getMe()).has_topics_enabled,
  };
}
