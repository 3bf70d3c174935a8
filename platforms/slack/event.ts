import { z } from 'zod';

const text = z.string().nullish();

const file = z.object({
  id: z.string(),
  name: text,
  title: text,
  mimetype: text,
  /** Bytes. */
  size: z.number().nullish(),
  /** `hosted`, `snippet`, `external` (a link to another service), `tombstone` (deleted), `hidden_by_limit`, … */
  mode: text,
  /** `slack_audio` and `slack_video`: recorded in Slack. */
  subtype: text,
  url_private: text,
});

const message = z.object({
  subtype: text,
  /** The message's id in its channel: seconds, with a fraction that tells those of one second apart. */
  ts: z.string(),
  /** Of the first message of the thread; that one has it too, once it is answered. */
  thread_ts: text,
  /** Who wrote the first message of the thread. */
  parent_user_id: text,
  user: text,
  bot_id: text,
  text,
  edited: z.object({ ts: text }).nullish(),
  files: z.array(file).nullish(),
  /** Of these only messages that were shared. */
  attachments: z
    .array(z.object({ is_share: z.boolean().nullish(), is_msg_unfurl: z.boolean().nullish(), text }))
    .nullish(),
  /** The first message of the thread, where an answer is also shown in the channel. */
  root: z.object({ text }).nullish(),
});

/** The events `message` (with all its subtypes) and `app_mention`. */
export const messageEvent = message.extend({
  type: z.string(),
  channel: z.string(),
  event_ts: text,
  hidden: z.boolean().nullish(),
  /** Of `message_changed` and `message_deleted`. */
  message: message.nullish(),
  previous_message: message.nullish(),
  deleted_ts: text,
});

const authorization = z.object({ user_id: text, is_bot: z.boolean().nullish() });

/** What the Events API sends; the rest is read when its type is known. */
export const envelope = z.looseObject({ type: z.string() });

export const urlVerification = z.object({ challenge: z.string() });

export const eventCallback = z.object({
  event: z.looseObject({ type: z.string() }),
  /** For whom the event is visible: our installation. */
  authorizations: z.array(authorization).nullish(),
});

/** What the platform sends when someone uses a button, or another thing of Block Kit. */
export const interaction = z.object({
  type: z.string(),
  user: z.object({ id: z.string(), username: text, name: text }).nullish(),
  channel: z.object({ id: z.string() }).nullish(),
  container: z.object({ message_ts: text, thread_ts: text }).nullish(),
  message: z.object({ thread_ts: text }).nullish(),
  actions: z.array(z.object({ type: text, value: text, action_ts: text })).nullish(),
});

/** A slash command's form. */
export const slashCommand = z.object({
  command: z.string(),
  text: z.string().default(''),
  channel_id: z.string(),
  user_id: z.string(),
  user_name: text,
  trigger_id: z.string(),
});

export type SlackFile = z.output<typeof file>;
export type SlackMessage = z.output<typeof message>;
export type SlackMessageEvent = z.output<typeof messageEvent>;
export type SlackAuthorization = z.output<typeof authorization>;
export type SlackInteraction = z.output<typeof interaction>;
