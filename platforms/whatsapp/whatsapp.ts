import type { Platform } from '../platform.ts';
import { createGraph, type WhatsAppAccess } from './api.ts';
import { createWhatsAppInbound, type WhatsAppSecrets } from './inbound.ts';
import { createWhatsAppOutbound } from './outbound.ts';

export interface WhatsAppOptions extends WhatsAppAccess, WhatsAppSecrets {}

/** The platform `whatsapp`: one business phone number of the WhatsApp Cloud API. */
export function createWhatsApp(options: WhatsAppOptions): Platform {
  const graph = createGraph(options);
  return {
    name: 'whatsapp',
    inbound: createWhatsAppInbound(options, graph),
    outbound: createWhatsAppOutbound(graph),
  };
}
