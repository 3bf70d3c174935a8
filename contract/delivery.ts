/** The platform's id of one outbound message, as recorded when it was sent. */
export interface Receipt {
  messageId: string;
}

/** The part of a reply that a platform shows, and where the next one begins (null: it was the last). */
export interface DeliveredPart {
  receipt: Receipt;
  next: number | null;
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
}
