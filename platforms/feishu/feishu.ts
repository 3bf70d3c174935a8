import type { Platform } from '../platform.ts';
import { createCall, type FeishuAccess } from './api.ts';
import { createBotId } from './bot.ts';
import { createFeishuInbound } from './inbound.ts';
import { createFeishuOutbound } from './outbound.ts';
import type { FeishuSecrets } from './signature.ts';
import { createTenantTokens } from './token.ts';

export interface FeishuOptions extends FeishuAccess, FeishuSecrets {}

/** The platform `feishu`: Feishu, and Lark by its address. */
export function createFeishu(options: FeishuOptions): Platform {
  const tokens = createTenantTokens(options);
  const call = createCall(options, tokens);
  const botId = createBotId(call);
  return {
    name: 'feishu',
    inbound: createFeishuInbound({ access: options, secrets: options, tokens, call, botId }),
    outbound: createFeishuOutbound(call),
  };
}
