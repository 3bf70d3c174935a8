import type { Button, Receipt } from '../contract/delivery.ts';
import type { Attachment, InboundMessage } from '../contract/message.ts';

/** A chat platform: what it takes in by webhook, and how it shows a reply. One folder each implements it. */
export interface Platform {
  /** Lower-case; the first part of the workflow id and of the webhook's path. */
  readonly name: string;
  readonly inbound: Inbound;
  readonly outbound: Outbound;
  /** For a platform whose messages come by a connection that we open: `holdfast listen {name}` runs it. */
  readonly listener?: Listener;
}

export interface Inbound {
  /**
   * Verifies a webhook request and reads its messages. Throws {@link WebhookRefused}.
   * The gateway acknowledges only when all of them are stored.
   */
  receive(request: WebhookRequest): Promise<Received>;
  /**
   * Fetches what came with a message. Throws {@link AttachmentUnavailable} if it is too large or gone for good, anything
   * else for what is worth another attempt.
   */
  fetchAttachment?(attachment: Attachment, options: FetchOptions): Promise<FileContent>;
}

export interface FetchOptions {
  maxBytes: number;
  signal: AbortSignal;
}

export interface FileContent {
  bytes: Uint8Array;
  mediaType: string;
}

/** An attachment that cannot be had: too large, expired, deleted. The model is told the message. */
export class AttachmentUnavailable extends Error {
  override name = 'AttachmentUnavailable';
}

/** Takes messages in over a connection of its own. */
export interface Listener {
  /** Listens until the signal aborts. Throws for what no further attempt will mend, a wrong token for instance. */
  listen(options: ListenOptions): Promise<void>;
}

export interface ListenOptions {
  /**
   * Stores messages in their order, without those that the operator wants nothing of. Resolves with the others when all
   * of them are in Temporal, and goes on trying until then.
   */
  store(messages: Received['messages']): Promise<Received['messages']>;
  /** Conversations of this platform that exist, without the platform: where to look for what was missed. */
  conversations(): AsyncIterable<string>;
  /** A file for what must outlive the process; its folder exists. */
  stateFile: string;
  /** A word for the operator; no secrets, no message texts. */
  log(message: string, details?: Record<string, unknown>): void;
  /** Called whenever the connection is up. */
  connected(): void;
  signal: AbortSignal;
}

export interface WebhookRequest {
  method: string;
  url: URL;
  headers: Headers;
  /** The body as it came: signatures are over these bytes. */
  body: Uint8Array;
}

export interface Received {
  /** In the platform's order, also what people say in groups among themselves; empty for handshakes and for bots' words. */
  messages: { conversation: string; message: InboundMessage }[];
  /** What the platform demands as answer, if not `{ok: true}`. Built only after the messages are stored. */
  respond?: () => Response;
  /** The same where the operator wants nothing of the messages, if that is another answer. */
  respondUnwanted?: () => Response;
  /** What the operator is told in the log: replies that the platform could not deliver after all; no message texts. */
  warnings?: string[];
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
  /** See {@link InboundMessage.returnAddress}. */
  returnAddress?: Record<string, string>;
  /** The platform's id of the message that began the turn, or of one before: an unrecorded one of ours was sent after it. */
  sentAfter?: string;
  /** Idempotency key of this outbound message: the same at every attempt. */
  key: string;
  /** Ids of messages of this conversation that are not an unrecorded one of ours. */
  knownMessageIds: readonly string[];
  /** An earlier attempt may have acted. */
  inDoubt?: true;
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
  post(context: OutboundContext, text: string, buttons?: readonly Button[]): Promise<Receipt>;
  /** Makes the message show this instead. Without it, replies are not streamed. Editing to the same text succeeds. */
  edit?(context: OutboundContext, receipt: Receipt, text: string, buttons?: readonly Button[]): Promise<void>;
  /** Milliseconds between the edits of a reply that is being written, at least; 1,000 if not given. */
  readonly editEveryMs?: number;
  /**
   * Finds our own message that was sent but not recorded, and makes it show this; undefined if there is none. A platform
   * with an idempotency key that can edit posts again with the same key and then edits: the first may have shown less.
   */
  find?(context: OutboundContext, text: string, buttons?: readonly Button[]): Promise<Receipt | undefined>;
  /** It finds whichever message of ours is not known, so it is only asked while no other is on its way. */
  readonly findsByElimination?: true;
  /**
   * Where much may lie between `sentAfter` and what is looked for: a later message that was there before whatever is posted from now on,
   * if this process knows one. An attempt leaves it to the one that looks for what it posted.
   */
  latest?(context: OutboundContext): { sentAfter: string } | undefined;
  /** What fits under a message. Where it is missing or too little, the buttons are shown as lines of text. */
  readonly buttons?: { most: number; longestLabel: number };
  /** Sends a file; if `context.inDoubt`, first finds out whether it was sent. Without it, a line names the file. */
  sendFile?(context: OutboundContext, file: NamedFile): Promise<Receipt>;
  /** Shows that an answer is being worked on, for a few seconds. */
  typing?(context: TypingContext): Promise<void>;
  /** Milliseconds that this lasts; 4,500 if not given. */
  readonly typingLastsMs?: number;
}

export type TypingContext = Pick<OutboundContext, 'conversation' | 'inReplyTo' | 'returnAddress' | 'signal'>;

export interface NamedFile extends FileContent {
  /** With its extension. */
  name: string;
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
