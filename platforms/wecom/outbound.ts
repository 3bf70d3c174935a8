import { DeliveryRefused, type NamedFile, type Outbound, type OutboundContext } from '../platform.ts';
import type { Api } from '../wechat/api.ts';
import { type MediaType, uploadMedia } from '../wechat/media.ts';
import { BUTTONS, sendCard } from './card.ts';
import { mediaTypeOf } from './files.ts';
import { createSend } from './send.ts';
import { sendText, splitText } from './text.ts';

/** Uploads that are remembered. */
const MAX_UPLOADS = 100;

/** WeCom recognises a repeated message by its content, and cannot edit one: replies are not streamed. */
export function createWecomOutbound(api: Api, agentId: number): Outbound {
  const send = createSend(api, agentId);
  const upload = createUpload(api);
  return {
    split: splitText,
    buttons: BUTTONS,

    post: (context, text, buttons = []) =>
      buttons.length > 0 ? sendCard(send, context, text, buttons) : sendText(send, context, text),

    async sendFile(context, file) {
      const type = mediaTypeOf(file);
      if (!type) throw new DeliveryRefused(`WeCom sends no ${file.mediaType} of ${file.bytes.length} bytes`);
      return send(context, type, { media_id: await upload(context, type, file) });
    },
  };
}

/** Uploads once for a delivery while this process lives: only the same media id makes it the same message. */
function createUpload(api: Api) {
  const mediaIds = new Map<string, string>();
  return async ({ key, signal }: OutboundContext, type: MediaType, file: NamedFile): Promise<string> => {
    const known = mediaIds.get(key);
    if (known !== undefined) return known;
    const mediaId = await uploadMedia(api, type, file, signal);
    mediaIds.set(key, mediaId);
    for (const [oldest] of mediaIds) if (mediaIds.size > MAX_UPLOADS) mediaIds.delete(oldest);
    return mediaId;
  };
}
