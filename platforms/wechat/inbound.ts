import type { Inbound, Received, WebhookRequest } from '../platform.ts';
import { WebhookRefused } from '../platform.ts';
import { requirePost } from '../webhook-body.ts';
import type { Api } from './api.ts';
import { contentOf, messageOf } from './content.ts';
import type { Envelope } from './envelope.ts';
import { event, type TencentEvent } from './event.ts';
import { fetchMedia } from './media.ts';
import { checkSignature } from './signature.ts';
import { parseXml, readXml, textOf } from './xml.ts';

/** With an envelope, only encrypted messages are taken: a plain one's signature is not over its body. */
export function createWechatInbound(token: string, envelope: Envelope | undefined, api: Api): Inbound {
  return {
    async receive(request) {
      const query = request.url.searchParams;
      if (request.method === 'GET') {
        checkSignature(query, 'signature', token);
        return { messages: [], respond: () => new Response(query.get('echostr')) };
      }
      requirePost(request);
      const xml = envelope ? envelope.open(query, request.body) : plainBody(request, token);
      const received = read(readXml(xml, event));
      // Anything else than this or nothing is taken for a reply, and shown to the user as an error.
      return { messages: received ? [received] : [], respond: () => new Response('success') };
    },

    fetchAttachment: (attachment, options) => fetchMedia(api, attachment, options),
  };
}

function plainBody({ url, body }: WebhookRequest, token: string): string {
  checkSignature(url.searchParams, 'signature', token);
  const xml = textOf(body);
  const fields = (parseXml(xml) ?? {}) as { Encrypt?: unknown; MsgType?: unknown };
  if (fields.Encrypt !== undefined && fields.MsgType === undefined)
    throw new WebhookRefused(400, 'invalid_message', 'Encrypt: set WECHAT_ENCODING_AES_KEY to read it.');
  return xml;
}

function read(received: TencentEvent): Received['messages'][number] | undefined {
  const content = received.MsgType === 'event' ? contentOfEvent(received) : contentOf(received);
  return content && { conversation: received.FromUserName, message: messageOf(received, content) };
}

function contentOfEvent({ Event, EventKey }: TencentEvent) {
  switch (Event) {
    case 'subscribe':
      return { text: '/start' };
    case 'CLICK':
      return EventKey ? { text: EventKey } : undefined;
    default:
      return undefined;
  }
}
