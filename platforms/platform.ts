import type { Receipt } from '../contract/delivery.ts';
import type { InboundMessage } from '../contract/message.ts';

/** A chat platform: what it takes in by webhook, and how it shows a reply. One folder each implements it. */
export interface Platform {
  /** Lower-case; the first part of the workflow id and of the webhook's path. */
  readonly name: string;
  readonly inbound: Inbound;
  readonly outbound: Outbound;
}

export interface Inbound {
  /**
   * Verifies a webhook request and reads its messages. Throws {@link WebhookRefused}.
   * The gateway acknowledges only when all of them are stored.
   */
  receive(request: WebhookRequest): Promise<Received>;
}

export interface WebhookRequest {
  method: string;
  url: URL;
  headers: Headers;
  /** The body as it came: signatures are over these bytes. */
  body: Uint8Array;
}

export interface Received {
  /** In the platform's order; empty for handshakes and for what is not for us. */
  messages: { conversation: string; message: InboundMessage }[];
  /** What the platform demands as answer, if not `{ok: true}`. Built only after the messages are stored. */
  respond?: () => Response;
}

/** A webhook request that is answered with an error, and nothing stored. */
export class WebhookRefused extends Error {
  override name = 'WebhookRefused';
  readonly status: 400 | 401 | 404 | 405 | 413;
  /** Machine-readable, for instance `bad_signature`. */
  readonly code: string;
  constructor(status: WebhookRefused['status'], code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** Where a message goes, and what is known of the reply it belongs to. */
export interface OutboundContext {
  /** What the platform calls the place: the part of the workflow id after the platform. */
  conversation: string;
  /** The platform's id of the message that is answered. */
  inReplyTo?: string;
  /** Event id of the message that is answered. */
  answers?: string;
  /** The platform's id of the message that began the turn: an unrecorded one of ours was sent after it. */
  sentAfter?: string;
  /** Idempotency key of this outbound message: the same at every attempt. */
  key: string;
  /** Ids of messages of this conversation that are not an unrecorded one of ours. */
  knownMessageIds: readonly string[];
  signal: AbortSignal;
}

/** A piece of a reply that fits into one message. */
export interface Part {
  /** Markdown, complete in itself. */
  text: string;
  /** Offset in the reply where the next part begins; null after the last. */
  next: number | null;
}

/**
 * Sends to the platform. Every method throws {@link DeliveryRefused} for what will never work, {@link RateLimited} for a
 * delay that the platform asks for, and anything else for what is worth another attempt.
 */
export interface Outbound {
  /** The part of `text` that begins at `from`. Deterministic. */
  split(text: string, from: number): Part;
  /** Sends a part. A platform with an idempotency key returns the first message when `context.key` is repeated. */
  post(context: OutboundContext, text: string): Promise<Receipt>;
  /** Makes the message show this text instead. Without it, replies are not streamed. Editing to the same text succeeds. */
  edit?(context: OutboundContext, receipt: Receipt, text: string): Promise<void>;
  /** Finds our own message that was sent but not recorded, and makes it show `text`; undefined if there is none. */
  find?(context: OutboundContext, text: string): Promise<Receipt | undefined>;
  /** Shows that an answer is being worked on, for a few seconds. */
  typing?(context: Pick<OutboundContext, 'conversation' | 'signal'>): Promise<void>;
}

/** The platform will never take this message: the bot is blocked, the chat is gone, the token is wrong. */
export class DeliveryRefused extends Error {
  override name = 'DeliveryRefused';
}

/** The platform asks for a pause. */
export class RateLimited extends Error {
  override name = 'RateLimited';
  readonly retryAfterMs: number;
  constructor(message: string, retryAfterMs: number, options?: ErrorOptions) {
    super(message, options);
    this.retryAfterMs = retryAfterMs;
  }
}
