import type { IncomingHttpHeaders } from 'node:http';
import type { ReceivedFile } from './files.ts';

/** A request in the same form whatever dialect it came in. */
export interface FakeRequest {
  model: string;
  messages: FakeMessage[];
  /** Names of the tools that were offered. */
  tools: string[];
}

export interface FakeMessage {
  role: 'system' | 'user' | 'assistant' | 'tool';
  text: string;
  /** Pictures and documents. */
  files?: ReceivedFile[];
  toolCalls?: { id: string; name: string; input: unknown }[];
  toolResults?: { id: string; output: string }[];
  /** Signatures of reasoning or calls that were sent back. */
  signatures?: string[];
}

/** What the model is to do with one request. */
export interface FakeStep {
  text?: string;
  /** Thought before the text, signed with `signed:` and the thought itself. */
  reasoning?: string;
  /** A string as `input` is sent as it is, right or wrong. `id` is chosen unless given. */
  calls?: { name: string; input: unknown; id?: string }[];
  /** What the answer says of its tokens; a few, if not given. Only in the dialect `openai-chat`. */
  usage?: { input: number; output: number; cached?: number };
  /** Before the first token. */
  delayMs?: number;
  /** Between chunks. */
  chunkDelayMs?: number;
  /** Anything but 200 is answered with `body`, or with the dialect's own error. */
  status?: number;
  headers?: Record<string, string>;
  body?: string;
  /** The connection is destroyed once this many characters of text and arguments were sent. */
  cutAfter?: number;
  /** The stream ends, cleanly, before it says why. */
  endless?: true;
  /** Nothing is answered, ever. */
  hang?: true;
  /** Sent as it is in place of the stream, until the client is gone. */
  raw?: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;
  /** The connection stays open after all was sent. */
  staysOpen?: true;
}

/** One server-sent event, and how many characters of text or arguments are in it. */
export interface Frame {
  sse: string;
  characters: number;
}

export interface Dialect {
  matches(path: string): boolean;
  key(headers: IncomingHttpHeaders): string | undefined;
  /** Throws {@link BadRequest} for what the real server refuses. */
  read(body: Record<string, unknown>, path: string, headers: IncomingHttpHeaders): FakeRequest;
  error(status: number, message: string): unknown;
  /** An `endless` stream is one without its `ending`. */
  stream(
    step: FakeStep,
    request: FakeRequest,
    body: Record<string, unknown>,
  ): { frames: Frame[]; ending: Frame[] };
}

export class BadRequest extends Error {
  readonly status: number;
  constructor(message: string, status = 400) {
    super(message);
    this.status = status;
  }
}

export function require(condition: unknown, message: string): asserts condition {
  if (!condition) throw new BadRequest(message);
}

export function frame(data: unknown, characters = 0, event?: string): Frame {
  const payload = typeof data === 'string' ? data : JSON.stringify(data);
  return { sse: `${event ? `event: ${event}\n` : ''}data: ${payload}\n\n`, characters };
}

/** Words with the space after them. */
export function pieces(text: string): string[] {
  return text.match(/\S+\s*|^\s+/g) ?? [];
}

/** The arguments of a call in two halves, as a real stream splits them. */
export function halves(input: unknown): [string, string] {
  const text = typeof input === 'string' ? input : JSON.stringify(input);
  const middle = Math.ceil(text.length / 2);
  return [text.slice(0, middle), text.slice(middle)];
}

let made = 0;
export function callId(prefix: string): string {
  made += 1;
  return `${prefix}${made}`;
}

/** Throws unless each call is answered right away, each answer belongs to a call, and nothing stands in between. */
export function requireResults(messages: FakeMessage[]): void {
  const open = new Set<string>();
  for (const { role, toolCalls = [], toolResults = [] } of messages) {
    for (const { id } of toolResults)
      require(open.delete(id), `tool result ${id} has no tool call before it`);
    require(toolResults.length > 0 || open.size === 0, `tool calls without results: ${[...open].join(', ')}`);
    require(role === 'tool' ||
      role === 'assistant' ||
      open.size === 0, `tool calls without results: ${[...open].join(', ')}`);
    for (const { id } of toolCalls) open.add(id);
  }
  require(open.size === 0, `tool calls without results: ${[...open].join(', ')}`);
}

/** Throws for text that is no Unicode, or has characters that no provider takes. */
export function requireText(value: unknown): void {
  if (typeof value === 'string')
    require(value.isWellFormed() &&
      !value.includes('\0'), 'the request body is not valid JSON: no low surrogate');
  else if (typeof value === 'object' && value !== null) Object.values(value).forEach(requireText);
}

/** Throws for a tool name that no provider takes. */
export function toolNames(names: string[]): string[] {
  for (const name of names) require(/^[\w-]{1,64}$/.test(name), `invalid tool name: ${name}`);
  return names;
}
