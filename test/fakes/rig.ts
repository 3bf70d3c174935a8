import type { WebhookRequest } from '../../platforms/platform.ts';

/**
 * One platform with a fake of its API: what the contract suite and the end-to-end kill tests need of it. Conversations are
 * numbered, so that the tests need not know how the platform names them.
 */
export interface Rig {
  /** The platform's name. */
  name: string;
  /** Variables that switch the platform on and point it at the fake API. */
  env: Record<string, string>;
  /** What must never show in an error. */
  secrets: string[];

  /** A person writes in a conversation: the platform's webhook request of it. Each call is another message, and at the fake API it is there. */
  say(place: number, text: string): Promise<WebhookRequest>;
  /** The conversation as holdfast names it, without the platform. */
  conversation(place: number): string;
  /** The same person writes to the bot where nobody else reads along, if others do where {@link say} writes. */
  sayAlone?(text: string): Promise<WebhookRequest>;
  /** Where others read along; missing where the platform has no such place. */
  group?: RigGroup;
  /** A request with a valid signature over any body. */
  sign(body: string): Promise<WebhookRequest>;
  /** The same request with a signature by another secret. */
  forge(request: WebhookRequest): Promise<WebhookRequest>;
  /** Whether the signature is over the body; else a token stands for it. */
  signsBody: boolean;
  /** A message signed so long ago that it may be a replay; for schemes that sign the time. */
  sayLongAgo?(place: number, text: string): Promise<WebhookRequest>;
  /** Verification requests of the platform, with what it wants to read. */
  handshakes?: { request: WebhookRequest; answer(status: number, body: string): void }[];
  /** Methods that the platform's webhook never uses. */
  wrongMethods: string[];
  /** Bodies that are not even JSON (or XML), and the error's code. */
  malformed: { body: string; code: string }[];
  /** Bodies that are no message of the platform, and a word that the refusal names. */
  invalid: { body: string; names: string }[];
  /** Set where the platform's own transport cannot carry a text that is too long for us. */
  neverTooLong?: true;

  /** What the bot's messages show now in a conversation, oldest first, without markup. */
  shown(place: number): string[];
  /** Labels of the buttons under the latest message of the bot. */
  buttons?(place: number): string[];
  /** A person presses one of them: the webhook request. */
  press?(place: number, label: string): Promise<WebhookRequest>;
  /** A person sends a file with a text: the webhook request, and what the fake serves for it. */
  sendFile?(place: number, text: string, file: FakeFile): Promise<WebhookRequest>;
  /** Files of the bot in a conversation, oldest first. */
  files?(place: number): FakeFile[];

  /** The next send is refused, as the platform says this HTTP status (in its own form); `retryAfter` in seconds. */
  fail(status: number, retryAfter?: number): void;
  /** Set where the platform does not say how long a pause is to be. */
  pauseUntold?: true;
  /** The next send acts, and is not answered until {@link heal}. */
  hold(): void;
  /** The next send (of a message or a file) acts, and its connection is cut. */
  cut(): void;
  /** Takes back all faults, and answers what is held. */
  heal(): void;

  /**
   * What is seen where the platform acted on a send and its answer was lost: `once`, the first message or part is
   * found or recognised; `again`, it is sent a second time (docs/platforms.md names the window).
   */
  afterLostAnswer: 'once' | 'again';
  /** The same of a file, if that differs. */
  afterLostFile?: 'once' | 'again';
  close(): Promise<void>;
}

/** A place of several people: the person who writes in conversation 1 writes there. */
interface RigGroup {
  toBot(text: string): Promise<WebhookRequest>;
  /** To the others; missing where the platform's webhook does not tell of that. */
  toOthers?(text: string): Promise<WebhookRequest>;
  /** How often the fake API was called. */
  calls(): number;
}

export interface FakeFile {
  name: string;
  mediaType: string;
  bytes: Uint8Array;
}
