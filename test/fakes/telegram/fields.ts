import type { Opts } from 'grammy/types';

/** For each parameter of a method whether it is required, exactly as the Bot API's types say: a difference is a type error. */
type Fields<M extends keyof Methods> = {
  [K in keyof Methods[M]]-?: object extends Pick<Methods[M], K> ? 'optional' : 'required';
};
type Methods = {
  sendMessage: Opts<'sendMessage'>;
  editMessageText: Opts<'editMessageText'>;
  sendChatAction: Opts<'sendChatAction'>;
  setWebhook: Opts<'setWebhook'>;
  deleteWebhook: Opts<'deleteWebhook'>;
  setMyCommands: Opts<'setMyCommands'>;
  getChat: Opts<'getChat'>;
  getFile: Opts<'getFile'>;
  sendPhoto: Opts<'sendPhoto'>;
  sendDocument: Opts<'sendDocument'>;
  editMessageCaption: Opts<'editMessageCaption'>;
};

const FIELDS: { [M in keyof Methods]: Fields<M> } = {
  sendMessage: {
    business_connection_id: 'optional',
    chat_id: 'required',
    message_thread_id: 'optional',
    direct_messages_topic_id: 'optional',
    ephemeral_message_parameters: 'optional',
    text: 'required',
    parse_mode: 'optional',
    entities: 'optional',
    link_preview_options: 'optional',
    disable_notification: 'optional',
    protect_content: 'optional',
    allow_paid_broadcast: 'optional',
    suggested_post_parameters: 'optional',
    message_effect_id: 'optional',
    reply_parameters: 'optional',
    reply_markup: 'optional',
    reply_to_message_id: 'optional',
  },
  editMessageText: {
    business_connection_id: 'optional',
    chat_id: 'optional',
    message_id: 'optional',
    inline_message_id: 'optional',
    text: 'optional',
    parse_mode: 'optional',
    entities: 'optional',
    link_preview_options: 'optional',
    rich_message: 'optional',
    reply_markup: 'optional',
  },
  sendChatAction: {
    business_connection_id: 'optional',
    chat_id: 'required',
    action: 'required',
    message_thread_id: 'optional',
  },
  setWebhook: {
    url: 'required',
    certificate: 'optional',
    ip_address: 'optional',
    max_connections: 'optional',
    allowed_updates: 'optional',
    drop_pending_updates: 'optional',
    secret_token: 'optional',
  },
  deleteWebhook: { drop_pending_updates: 'optional' },
  setMyCommands: { commands: 'required', scope: 'optional', language_code: 'optional' },
  getChat: { chat_id: 'required' },
  getFile: { file_id: 'required' },
  sendPhoto: {
    business_connection_id: 'optional',
    chat_id: 'required',
    message_thread_id: 'optional',
    direct_messages_topic_id: 'optional',
    ephemeral_message_parameters: 'optional',
    photo: 'required',
    caption: 'optional',
    parse_mode: 'optional',
    caption_entities: 'optional',
    show_caption_above_media: 'optional',
    has_spoiler: 'optional',
    disable_notification: 'optional',
    protect_content: 'optional',
    allow_paid_broadcast: 'optional',
    suggested_post_parameters: 'optional',
    message_effect_id: 'optional',
    reply_parameters: 'optional',
    reply_markup: 'optional',
    reply_to_message_id: 'optional',
  },
  sendDocument: {
    business_connection_id: 'optional',
    chat_id: 'required',
    message_thread_id: 'optional',
    direct_messages_topic_id: 'optional',
    ephemeral_message_parameters: 'optional',
    document: 'required',
    thumbnail: 'optional',
    caption: 'optional',
    parse_mode: 'optional',
    caption_entities: 'optional',
    disable_content_type_detection: 'optional',
    disable_notification: 'optional',
    protect_content: 'optional',
    allow_paid_broadcast: 'optional',
    suggested_post_parameters: 'optional',
    message_effect_id: 'optional',
    reply_parameters: 'optional',
    reply_markup: 'optional',
    reply_to_message_id: 'optional',
  },
  editMessageCaption: {
    business_connection_id: 'optional',
    chat_id: 'optional',
    message_id: 'optional',
    inline_message_id: 'optional',
    caption: 'optional',
    parse_mode: 'optional',
    caption_entities: 'optional',
    show_caption_above_media: 'optional',
    reply_markup: 'optional',
  },
};

/** Known and required parameters; a method that is not listed takes none. */
export function fieldsOf(method: string): Record<string, 'required' | 'optional'> {
  return (FIELDS as Record<string, Record<string, 'required' | 'optional'>>)[method] ?? {};
}
