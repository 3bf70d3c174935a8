import type { Button, OutgoingFile } from './delivery.ts';
import type { Place } from './place.ts';

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

/**
 * What holdfast itself puts into a conversation: `notice` is told to the user as it is · `schedule` is due, and begins a turn ·
 * `task` is the report of a sub-agent, and begins a turn.
 */
export type Internal = { kind: 'notice'; due?: Due } | ({ kind: 'schedule' } & Due) | TaskInternal;

/** A task's report: what the reply must say and show, whatever the model makes of it. */
export interface TaskInternal {
  kind: 'task';
  id: string;
  /** Tools whose outcome is unknown. */
  unknown?: string[];
  files?: OutgoingFile[];
  buttons?: Button[];
}

/** A schedule that is due: once, or at several times that are told as one because nobody could tell each in time. */
export interface Due {
  /** Of the schedule. */
  id: string;
  /** The time, or the last of them, in ms since the epoch. */
  dueAt: number;
  /** The same in words of its time zone. */
  when: string;
  /** Set if there are several: how many, and the first of them. */
  several?: { times: number; since: number; sinceWhen: string };
  /** How late it was told, in words; set when it is. */
  late?: string;
}

/** What is due in a message, if that is why it is there. */
export function dueOf(internal: Internal | undefined): Due | undefined {
  if (internal?.kind === 'notice') return internal.due;
  return internal?.kind === 'schedule' ? internal : undefined;
}

/** The same message for another due. */
export function withDue(internal: Internal, due: Due): Internal {
  return internal.kind === 'schedule' ? { kind: 'schedule', ...due } : { kind: 'notice', due };
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
  /** Where it was written, in a conversation that several places share; its event id then begins with it. */
  place?: Place;
  /** Text of the message that this one replies to, where the platform tells it; see {@link MAX_QUOTE}. */
  quote?: string;
  /** What the platform needs to answer just this message, in its own form: a service URL, a reply token that is used up by one answer. */
  returnAddress?: Record<string, string>;
  /** When the platform says that it was sent, in ms since the epoch. */
  sentAt?: number;
  /** When the gateway got it, by the gateway's clock, in ms since the epoch. */
  receivedAt?: number;
  /** Where it is traced: the span of its request (contract/trace.ts). */
  traceparent?: string;
  /** It does not come from outside; no platform and no caller of the HTTP API can say so. */
  internal?: Internal;
  /** Base URL of the gateway that wants live deltas of the turn (see contract/live.ts). */
  live?: string;
}

/**
 * Longest accepted text of one inbound message, in UTF-8 bytes. Sixty such messages that arrive before a worker looks are still
 * one history page that gRPC takes.
 */
export const MAX_TEXT_BYTES = 64 * 1024;
/** Longest accepted id of an event, a message or a sender, in characters. */
export const MAX_EVENT_ID = 256;
/** Characters kept of a name: a sender's, a file's, a media type's. */
export const MAX_NAME = 256;
/** Attachments kept of one message. */
export const MAX_ATTACHMENTS = 10;
/** Longest reference of an attachment, in characters. */
export const MAX_REF = 2_048;
/** Characters kept of a quoted message. */
export const MAX_QUOTE = 500;
/** Largest return address, in bytes of its JSON. */
export const MAX_RETURN_ADDRESS = 4_096;
