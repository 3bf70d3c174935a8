/** Who wrote a message, as the platform's verified request says. */
export interface Sender {
  id: string;
  name?: string;
}

/** What came with a message, as a reference: its platform fetches it only when the model needs it. */
export interface Attachment {
  kind: 'image' | 'audio' | 'video' | 'file';
  /** What the platform fetches it by, in the platform's own form: an id, a URL; no secret. */
  ref: string;
  mediaType?: string;
  name?: string;
  /** Size as the platform tells it. */
  bytes?: number;
}

/** One inbound message of a conversation. */
export interface InboundMessage {
  /** Event id: the platform's id of this delivery. A message whose event id the conversation has seen changes nothing. */
  id: string;
  text: string;
  sender?: Sender;
  /** The platform's id of the message itself, where it differs from the event id (an edit has a new event id). */
  messageId?: string;
  /** This is a new wording of the message `messageId`. */
  edited?: true;
  /** The message `messageId` was taken back; the text is empty. */
  deleted?: true;
  attachments?: Attachment[];
  /** Others than the sender and the bot read along: a group, a channel, a thread of one. Feishu's deletions do not tell. */
  group?: true;
  /** In a group, and not meant for the bot: no mention of it, no answer to it, no command. Only gateways see it. */
  unaddressed?: true;
  /** Text of the message that this one replies to, where the platform tells it; see {@link MAX_QUOTE}. */
  quote?: string;
  /** What the platform needs to answer just this message, in its own form: a service URL, a reply token that is used up by one answer. */
  returnAddress?: Record<string, string>;
  /** When the platform says that it was sent, in ms since the epoch. */
  sentAt?: number;
  /** Base URL of the gateway that wants live deltas of the turn (see contract/live.ts). */
  live?: string;
}

/**
 * Longest accepted text of one inbound message, in UTF-8 bytes. Sixty such messages that arrive before a worker looks are still
 * one history page that gRPC takes.
 */
export const MAX_TEXT_BYTES = 64 * 1024;
/** Longest accepted event id, in characters. */
export const MAX_EVENT_ID = 256;
/** Attachments kept of one message. */
export const MAX_ATTACHMENTS = 10;
/** Longest reference of an attachment, in characters. */
export const MAX_REF = 2_048;
/** Characters kept of a quoted message. */
export const MAX_QUOTE = 500;
