import type { messagingApi } from '@line/bot-sdk';

interface Requests {
  reply: messagingApi.ReplyMessageRequest;
  push: messagingApi.PushMessageRequest;
  loading: messagingApi.ShowLoadingAnimationRequest;
  text: messagingApi.TextMessage;
  quickReply: messagingApi.QuickReply;
  quickReplyItem: messagingApi.QuickReplyItem;
  postback: messagingApi.PostbackAction;
}

/** For each field of an object whether it is required, exactly as the SDK's types say: a difference is a type error. */
const FIELDS: {
  [R in keyof Requests]: {
    [K in keyof Requests[R]]-?: object extends Pick<Requests[R], K> ? 'optional' : 'required';
  };
} = {
  reply: { replyToken: 'required', messages: 'required', notificationDisabled: 'optional' },
  push: {
    to: 'required',
    messages: 'required',
    notificationDisabled: 'optional',
    customAggregationUnits: 'optional',
  },
  loading: { chatId: 'required', loadingSeconds: 'optional' },
  text: {
    type: 'required',
    text: 'required',
    emojis: 'optional',
    quoteToken: 'optional',
    quickReply: 'optional',
    sender: 'optional',
  },
  quickReply: { items: 'optional' },
  quickReplyItem: { type: 'optional', imageUrl: 'optional', action: 'optional' },
  postback: {
    type: 'required',
    label: 'optional',
    data: 'optional',
    displayText: 'optional',
    text: 'optional',
    inputOption: 'optional',
    fillInText: 'optional',
  },
};

/** Unknown and missing fields of an object, as LINE names them: undefined if there are none. */
export function wrongField(
  kind: keyof Requests,
  value: object,
): { property: string; message: string } | undefined {
  const fields: Record<string, 'required' | 'optional'> = FIELDS[kind];
  const unknown = Object.keys(value).find((name) => !Object.hasOwn(fields, name));
  if (unknown !== undefined) return { property: unknown, message: 'Unknown property' };
  const missing = Object.keys(fields).find((name) => fields[name] === 'required' && !(name in value));
  return missing === undefined ? undefined : { property: missing, message: 'May not be empty' };
}
