import type { Activity, Attachment } from 'botframework-schema';

/** `message`, `typing`: what each kind of activity may have when a bot sends it; `never`: it is for others, or not for Teams. */
type Use = 'message' | 'any' | 'never';
/** Every field of the vendor's types, and no other: a difference is a type error. */
type Fields<T> = { [K in keyof T]-?: Use };

export const ACTIVITY: Fields<Activity> = {
  action: 'never',
  attachmentLayout: 'message',
  attachments: 'message',
  callerId: 'never',
  channelData: 'any',
  channelId: 'any',
  code: 'never',
  conversation: 'any',
  deliveryMode: 'never',
  entities: 'message',
  expiration: 'never',
  from: 'any',
  historyDisclosed: 'never',
  id: 'any',
  importance: 'message',
  inputHint: 'message',
  label: 'never',
  listenFor: 'never',
  localTimestamp: 'never',
  localTimezone: 'never',
  locale: 'any',
  membersAdded: 'never',
  membersRemoved: 'never',
  name: 'never',
  reactionsAdded: 'never',
  reactionsRemoved: 'never',
  recipient: 'any',
  relatesTo: 'never',
  replyToId: 'any',
  semanticAction: 'never',
  serviceUrl: 'any',
  speak: 'never',
  suggestedActions: 'message',
  summary: 'message',
  text: 'message',
  textFormat: 'message',
  textHighlights: 'never',
  timestamp: 'never',
  topicName: 'never',
  type: 'any',
  value: 'never',
  valueType: 'never',
};

export const ATTACHMENT: Fields<Attachment> = {
  content: 'message',
  contentType: 'message',
  contentUrl: 'message',
  name: 'message',
  thumbnailUrl: 'message',
};

/** The first member that an activity of this type may not have. */
export function unknownField(fields: Record<string, Use>, given: object, type: string): string | undefined {
  return Object.keys(given).find((name) => {
    const use = fields[name] ?? 'never';
    return use === 'never' || (use === 'message' && type !== 'message');
  });
}
