import type {
  AssistantThreadsSetStatusArguments,
  AuthTestArguments,
  ChatPostMessageArguments,
  ChatUpdateArguments,
  ConversationsHistoryArguments,
  ConversationsRepliesArguments,
  FilesCompleteUploadExternalArguments,
  FilesGetUploadURLExternalArguments,
  FilesInfoArguments,
} from '@slack/web-api';

type Need = 'required' | 'optional';
type Keys<T> = T extends unknown ? keyof T : never;
type NeedIn<T, K> = T extends unknown
  ? K extends keyof T
    ? object extends Pick<T, K>
      ? 'optional'
      : 'required'
    : 'optional'
  : never;
/** For each argument of a method whether every form of the call needs it, exactly as the vendor's types say: a difference is a type error. */
type Fields<T> = { [K in Keys<T>]: 'optional' extends NeedIn<T, K> ? 'optional' : 'required' };

type Methods = {
  'auth.test': NonNullable<AuthTestArguments>;
  'assistant.threads.setStatus': AssistantThreadsSetStatusArguments;
  'chat.postMessage': ChatPostMessageArguments;
  'chat.update': ChatUpdateArguments;
  'conversations.history': ConversationsHistoryArguments;
  'conversations.replies': ConversationsRepliesArguments;
  'files.completeUploadExternal': FilesCompleteUploadExternalArguments;
  'files.getUploadURLExternal': FilesGetUploadURLExternalArguments;
  'files.info': FilesInfoArguments;
};

const FIELDS: { [M in keyof Methods]: Fields<Methods[M]> } = {
  'auth.test': { token: 'optional' },
  'assistant.threads.setStatus': {
    token: 'optional',
    channel_id: 'required',
    status: 'required',
    thread_ts: 'required',
    loading_messages: 'optional',
    icon_emoji: 'optional',
    icon_url: 'optional',
    username: 'optional',
  },
  'chat.postMessage': {
    token: 'optional',
    channel: 'required',
    text: 'optional',
    blocks: 'optional',
    attachments: 'optional',
    markdown_text: 'optional',
    thread_ts: 'optional',
    reply_broadcast: 'optional',
    as_user: 'optional',
    icon_emoji: 'optional',
    icon_url: 'optional',
    username: 'optional',
    parse: 'optional',
    link_names: 'optional',
    metadata: 'optional',
    unfurl_links: 'optional',
    unfurl_media: 'optional',
    mrkdwn: 'optional',
  },
  'chat.update': {
    token: 'optional',
    channel: 'required',
    ts: 'required',
    text: 'optional',
    blocks: 'optional',
    attachments: 'optional',
    markdown_text: 'optional',
    as_user: 'optional',
    link_names: 'optional',
    metadata: 'optional',
    parse: 'optional',
    file_ids: 'optional',
    reply_broadcast: 'optional',
  },
  'conversations.history': {
    token: 'optional',
    channel: 'required',
    include_all_metadata: 'optional',
    cursor: 'optional',
    limit: 'optional',
    oldest: 'optional',
    latest: 'optional',
    inclusive: 'optional',
  },
  'conversations.replies': {
    token: 'optional',
    channel: 'required',
    ts: 'required',
    include_all_metadata: 'optional',
    cursor: 'optional',
    limit: 'optional',
    oldest: 'optional',
    latest: 'optional',
    inclusive: 'optional',
  },
  'files.completeUploadExternal': {
    token: 'optional',
    files: 'required',
    channel_id: 'optional',
    thread_ts: 'optional',
    initial_comment: 'optional',
    blocks: 'optional',
  },
  'files.getUploadURLExternal': {
    token: 'optional',
    filename: 'required',
    length: 'required',
    alt_text: 'optional',
    snippet_type: 'optional',
  },
  'files.info': {
    token: 'optional',
    file: 'required',
    cursor: 'optional',
    limit: 'optional',
    count: 'optional',
    page: 'optional',
  },
};

/** Known and required arguments; undefined if there is no such method. */
export function fieldsOf(method: string): Record<string, Need> | undefined {
  return Object.hasOwn(FIELDS, method) ? FIELDS[method as keyof Methods] : undefined;
}
