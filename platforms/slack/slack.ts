import type { Platform } from '../platform.ts';
import { createCall, type SlackAccess } from './api.ts';
import { createBot } from './bot.ts';
import { createSlackInbound } from './inbound.ts';
import { createSlackOutbound } from './outbound.ts';

export interface SlackOptions extends SlackAccess {
  /** Signs every request of Slack. */
  signingSecret: string;
}

/** The platform `slack`: one app in one workspace. */
export function createSlack(options: SlackOptions): Platform {
  const call = createCall(options);
  return {
    name: 'slack',
    inbound: createSlackInbound(options, call, createBot(call)),
    outbound: createSlackOutbound(call),
  };
}
