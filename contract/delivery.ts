/** The platform's id of one outbound message, as recorded when it was sent. */
export interface Receipt {
  messageId: string;
}

/** A button under a reply. Pressing it sends `value` as a message of the one who pressed. */
export interface Button {
  /** At most {@link MAX_BUTTON_LABEL} characters. */
  label: string;
  /** At most {@link MAX_BUTTON_VALUE} bytes of UTF-8: what every platform carries. */
  value: string;
}

export const MAX_BUTTONS = 8;
export const MAX_BUTTON_LABEL = 40;
export const MAX_BUTTON_VALUE = 64;

/** A file that goes out with a reply. */
export interface OutgoingFile {
  /** With its extension. */
  name: string;
  mediaType: string;
  /** `https:` (or `http:`), fetched when it is sent; or `data:` with base64, empty once that is no longer kept. */
  url: string;
}

/** Files of one turn. */
export const MAX_FILES = 10;
/** Longest address of a file that is fetched when it is sent, in characters. */
export const MAX_FILE_URL = 2_048;
/** Bytes that the `data:` files of one turn may have together: they are in history. */
export const MAX_INLINE_FILES = 256 * 1024;

/** The part of a reply that a platform shows, and where the next one begins (null: it was the last). */
export interface DeliveredPart {
  receipt: Receipt;
  next: number | null;
}

/** The last message of a reply, and where its text began. */
export interface LastPart {
  receipt: Receipt;
  from: number;
}

/** What a model call has already shown of the reply while streaming. */
export interface StreamedPart {
  receipt: Receipt;
  /** Set when the message already shows the reply's first part exactly as it is to be; `next` as in DeliveredPart. */
  shown?: { next: number | null };
}

/** Input of the activity `deliver`: one part of a reply. */
export interface DeliveryRequest {
  /** Workflow id. */
  conversation: string;
  /** That it belongs to. */
  turn?: number;
  /** Sequence number of the reply's entry. */
  reply: number;
  /** Turn or command the reply belongs to: names the delivery, and is the same for its streamed beginning. */
  deliveryId: string;
  /** Offset in the reply's text where this part begins. */
  from: number;
  /** The message to finish, if one was streamed and recorded. */
  receipt?: Receipt;
  /** A message may have been sent and not recorded: look for it first. */
  look?: true;
  /** It was sent after this message of the platform's, a later one than the target's `sentAfter`. */
  sentAfter?: string;
}

/** Input of the activity `deliverFile`: one file of a reply. */
export interface FileDelivery
  extends Pick<DeliveryRequest, 'conversation' | 'turn' | 'reply' | 'deliveryId'> {
  /** Which of the reply's files. */
  index: number;
}
