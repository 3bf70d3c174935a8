import type { Inbound, Received } from '../platform.ts';
import { requirePost } from '../webhook-body.ts';
import type { Api } from '../wechat/api.ts';
import { type Content, contentOf, messageOf } from '../wechat/content.ts';
import type { Envelope } from '../wechat/envelope.ts';
import { event, type TencentEvent } from '../wechat/event.ts';
import { fetchMedia } from '../wechat/media.ts';
import { readXml } from '../wechat/xml.ts';

export function createWecomInbound(envelope: Envelope, agentId: number, api: Api): Inbound {
  return {
    async receive(request) {
      const query = request.url.searchParams;
      if (request.method === 'GET') {
        // Base64 whose `+` was not escaped comes as a space.
        const encrypted = (query.get('echostr') ?? '').replaceAll(' ', '+');
        const echo = envelope.openText(query, encrypted);
        return { messages: [], respond: () => new Response(echo) };
      }
      requirePost(request);
      const received = read(readXml(envelope.open(query, request.body), event), agentId);
      return { messages: received ? [received] : [], respond: () => new Response(null) };
    },

    fetchAttachment: (attachment, options) => fetchMedia(api, attachment, options),
  };
}

/** Undefined for what another app of the same company got, and for what says nothing. */
function read(received: TencentEvent, agentId: number): Received['messages'][number] | undefined {
  if (received.AgentID !== undefined && received.AgentID !== String(agentId)) return undefined;
  const content = received.MsgType === 'event' ? contentOfEvent(received) : contentOf(received);
  return content && { conversation: received.FromUserName, message: messageOf(received, content) };
}

function contentOfEvent({ Event, EventKey }: TencentEvent): Content | undefined {
  const pressed = Event === 'template_card_event' || Event === 'click';
  return pressed && EventKey ? { text: EventKey } : undefined;
}
