import type { Platform } from '../platform.ts';
import { createCall, type DiscordAccess } from './api.ts';
import { createDiscordInbound } from './inbound.ts';
import { createDiscordListener } from './listener.ts';
import { createDiscordOutbound } from './outbound.ts';

export interface DiscordOptions extends DiscordAccess {
  applicationId: string;
  /** In hexadecimal. */
  publicKey: string;
}

/** The platform `discord`. Throws for a public key that is none. */
export function createDiscord(options: DiscordOptions): Platform {
  const call = createCall(options);
  return {
    name: 'discord',
    inbound: createDiscordInbound(options, call),
    outbound: createDiscordOutbound(call, options.applicationId),
    listener: createDiscordListener(options.botToken, call),
  };
}
