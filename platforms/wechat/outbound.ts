import { shortKey } from '../delivery-key.ts';
import { DeliveryRefused, type NamedFile, type Outbound, type OutboundContext } from '../platform.ts';
import { PLAIN, renderDialect } from '../text/dialect.ts';
import { splitToFit } from '../text/split-to-fit.ts';
import type { Api } from './api.ts';
import { type MediaType, uploadMedia } from './media.ts';

/** Longest text of one message, in UTF-8 bytes. */
const MAX_BYTES = 2048;
const MB = 1024 * 1024;

/** What can be sent: by media type, with the most bytes. Videos need a preview picture, which we do not have. */
const SENDABLE: Record<string, { type: MediaType; most: number }> = {
  'image/png': { type: 'image', most: 10 * MB },
  'image/jpeg': { type: 'image', most: 10 * MB },
  'image/gif': { type: 'image', most: 10 * MB },
  'audio/amr': { type: 'voice', most: 2 * MB },
};

/**
 * Sends by the customer-service API, which has neither message ids nor an idempotency key, and nothing that could be read
 * back: a message whose answer was lost is sent again (design decision 6c).
 */
export function createWechatOutbound(api: Api): Outbound {
  const send = async ({ conversation, key, signal }: OutboundContext, message: object) => {
    const json = { touser: openidOf(conversation), ...message };
    await api.call({ path: 'message/custom/send', json, signal });
    return { messageId: shortKey(key, 32) };
  };
  return {
    split: (text, from) => splitToFit(text, from, MAX_BYTES, (part) => Buffer.byteLength(shown(part))),

    post: (context, text) => {
      const content = shown(text);
      return send(context, {
        msgtype: 'text',
        text: { content: Buffer.byteLength(content) > MAX_BYTES ? text : content },
      });
    },

    async sendFile(context, file) {
      const type = typeOf(file);
      if (!type) throw new DeliveryRefused(`WeChat sends no ${file.mediaType} of ${file.bytes.length} bytes`);
      const mediaId = await uploadMedia(api, type, file, context.signal);
      return send(context, { msgtype: type, [type]: { media_id: mediaId } });
    },

    async typing({ conversation, signal }) {
      const json = { touser: openidOf(conversation), command: 'Typing' };
      // Only a nicety, refused when it is shown already or the user was silent for half a minute.
      await api.call({ path: 'message/custom/typing', json, signal }).catch(() => {});
    },
  };
}

function shown(text: string): string {
  return renderDialect(text, PLAIN);
}

function typeOf({ mediaType, bytes }: NamedFile): MediaType | undefined {
  const sendable = SENDABLE[mediaType];
  return sendable && bytes.length <= sendable.most ? sendable.type : undefined;
}

function openidOf(conversation: string): string {
  if (/^[\w-]{1,64}$/.test(conversation)) return conversation;
  throw new DeliveryRefused(`"${conversation}" is not an openid of WeChat`);
}
