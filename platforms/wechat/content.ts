import { type Attachment, type InboundMessage, MAX_EVENT_ID, MAX_REF } from '../../contract/message.ts';
import { acceptText } from '../webhook-body.ts';
import type { TencentEvent } from './event.ts';

/** What a message says. */
export interface Content {
  text: string;
  attachments?: Attachment[];
}

/** What an ordinary message says, the same in WeChat and WeCom; undefined for what says nothing to us. */
export function contentOf(event: TencentEvent): Content | undefined {
  switch (event.MsgType) {
    case 'text':
      return event.Content ? { text: event.Content } : undefined;
    case 'image':
      return media(event, 'image');
    case 'voice':
      return event.Recognition
        ? { text: event.Recognition }
        : media(event, 'audio', event.Format && `audio/${event.Format.toLowerCase()}`);
    case 'video':
    case 'shortvideo':
      return media(event, 'video');
    case 'location':
      return { text: location(event) };
    case 'link':
      return { text: [event.Title, event.Description, event.Url].filter(Boolean).join('\n') };
    default:
      return { text: `[${event.MsgType}]` };
  }
}

function media(
  { MediaId: ref }: TencentEvent,
  kind: Attachment['kind'],
  mediaType?: string,
): Content | undefined {
  if (!ref || ref.length > MAX_REF) return undefined;
  return { text: '', attachments: [{ kind, ref, ...(mediaType && { mediaType }) }] };
}

function location({ Location_X: latitude, Location_Y: longitude, Label: label }: TencentEvent): string {
  return `[location ${latitude}, ${longitude}${label ? `: ${label}` : ''}]`;
}

/** The message of an event; its ids are unique for its sender. */
export function messageOf(event: TencentEvent, { text, attachments }: Content): InboundMessage {
  const { FromUserName, CreateTime, MsgId } = event;
  return {
    id: MsgId ?? idOfEvent(event),
    text: acceptText(text),
    sender: { id: FromUserName },
    ...(MsgId !== undefined && { messageId: MsgId }),
    ...(attachments && { attachments }),
    sentAt: CreateTime * 1000,
  };
}

/** Events have no id: Tencent says to tell them apart by sender and time. */
function idOfEvent({ CreateTime, Event = '', EventKey = '', TaskId = '' }: TencentEvent): string {
  return [CreateTime, Event, TaskId, EventKey].join('/').slice(0, MAX_EVENT_ID);
}
