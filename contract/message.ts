/** Who wrote a message, as the platform's verified request says. */
export interface Sender {
  id: string;
  name?: string;
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
