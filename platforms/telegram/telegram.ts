import type { Platform } from '../platform.ts';
import { createCall, type TelegramAccess } from './api.ts';
import { createBot } from './bot.ts';
import { createTelegramInbound } from './inbound.ts';
import { createTelegramOutbound } from './outbound.ts';

export interface TelegramOptions extends TelegramAccess {
  /** Sent by Telegram with every update, as given to `setWebhook`. */
  webhookSecret: string;
  /** Asked from Telegram if it is not given. */
  botUsername?: string | undefined;
}

/** The platform `telegram`. Throws for a token that cannot be one. */
export function createTelegram(options: TelegramOptions): Platform {
  const call = createCall(options);
  const bot = createBot(options.botToken, call, options.botUsername);
  return {
    name: 'telegram',
    inbound: createTelegramInbound(options, call, bot),
    outbound: createTelegramOutbound(call, bot),
  };
}
