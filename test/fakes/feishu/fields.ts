import type { Client, EventDispatcher } from '@larksuiteoapi/node-sdk';

type Methods = Client['im']['v1']['message'];
type Method = 'create' | 'reply' | 'patch' | 'update';
type Body<M extends Method> = NonNullable<Parameters<Methods[M]>[0]>['data'];

/** For each field of a request whether it is required, exactly as the SDK's types say: a difference is a type error. */
type Fields<M extends Method> = {
  [K in keyof Body<M>]-?: object extends Pick<Body<M>, K> ? 'optional' : 'required';
};

export const FIELDS: { [M in Method]: Fields<M> } = {
  create: { receive_id: 'required', msg_type: 'required', content: 'required', uuid: 'optional' },
  reply: { content: 'required', msg_type: 'required', reply_in_thread: 'optional', uuid: 'optional' },
  patch: { content: 'required' },
  update: { msg_type: 'required', content: 'required' },
};

type Handlers = NonNullable<Parameters<EventDispatcher['register']>[0]>;

/** The `event` of a new message, as the SDK's types describe it. */
export type ReceivedEvent = Pick<
  Parameters<NonNullable<Handlers['im.message.receive_v1']>>[0],
  'sender' | 'message'
>;
