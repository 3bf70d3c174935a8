import type { Platform } from '../platform.ts';
import { createLineApi, type LineAccess } from './api.ts';
import { createLineInbound } from './inbound.ts';
import { createLineOutbound } from './outbound.ts';

export interface LineOptions extends LineAccess {
  channelSecret: string;
}

/** The platform `line`: one channel of LINE's Messaging API. */
export function createLine(options: LineOptions): Platform {
  const api = createLineApi(options);
  return {
    name: 'line',
    inbound: createLineInbound(options, api),
    outbound: createLineOutbound(api),
  };
}
