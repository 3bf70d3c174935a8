import type { Inbound } from '../platform.ts';
import { readBody, requirePost } from '../webhook-body.ts';
import type { CallDiscord } from './api.ts';
import { fetchDiscordFile } from './attachments.ts';
import { interaction } from './interaction.ts';
import { readInteraction } from './read-interaction.ts';
import { createSignatureCheck } from './signature.ts';

/** Interactions: slash commands and buttons. Ordinary messages come by the listener. */
export function createDiscordInbound(
  { publicKey, apiBaseUrl }: { publicKey: string; apiBaseUrl: string },
  call: CallDiscord,
): Inbound {
  const checkSignature = createSignatureCheck(publicKey);
  return {
    async receive(request) {
      requirePost(request);
      await checkSignature(request);
      return readInteraction(readBody(request.body, interaction));
    },

    fetchAttachment: (attachment, options) => fetchDiscordFile(call, apiBaseUrl, attachment, options),
  };
}
