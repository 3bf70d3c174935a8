import { setTimeout as sleep } from 'node:timers/promises';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { FetchLike } from '@modelcontextprotocol/sdk/shared/transport.js';
import { ErrorCode, type JSONRPCMessage, type RequestId } from '@modelcontextprotocol/sdk/types.js';
import { Agent, fetch as undiciFetch } from 'undici';
import { boundedBody } from './bounded-body.ts';
import type { HttpServer } from './config.ts';
import type { ServerTransport } from './transport.ts';

/** What has arrived of an answer is still being read when its stream has ended. */
const READ_MS = 500;
const GOODBYE_MS = 1_000;
const CUT = 'the connection to it was cut';

/** `data` of the error that a request gets whose answer was cut off: nobody else can make it. */
export const CUT_OFF = Symbol('cut off');

/**
 * The SDK's own, which leaves a request waiting for its timeout when the stream that its answer was to come on has ended, and does not
 * say when a server that it listened to is gone. This sees both.
 */
export class HttpTransport implements ServerTransport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  why: string | undefined;
  readonly #inner: StreamableHTTPClientTransport;
  /** Answers and event streams may take as long as they take: calls have timeouts of their own. */
  readonly #agent = new Agent({ headersTimeout: 0, bodyTimeout: 0 });
  readonly #waiting = new Set<RequestId>();
  /** Requests whose stream the SDK takes up again if it is cut. */
  readonly #resumable = new Set<RequestId>();
  #listened = false;
  #closed = false;

  constructor({ url, headers = {} }: HttpServer) {
    const fetch: FetchLike = (target, init) => this.#fetch(target, init);
    this.#inner = new StreamableHTTPClientTransport(new URL(url), { fetch, requestInit: { headers } });
  }

  get sessionId(): string | undefined {
    return this.#inner.sessionId;
  }

  setProtocolVersion(version: string): void {
    this.#inner.setProtocolVersion(version);
  }

  async start(): Promise<void> {
    Object.assign(this.#inner, {
      onmessage: (message: JSONRPCMessage) => {
        if (!('method' in message) && message.id !== undefined) this.#waiting.delete(message.id);
        this.onmessage?.(message);
      },
      onerror: (error: Error) => this.onerror?.(error),
    });
    await this.#inner.start();
  }

  async send(message: JSONRPCMessage): Promise<void> {
    if (!('id' in message && 'method' in message)) return this.#inner.send(message);
    const { id } = message;
    this.#waiting.add(id);
    await this.#inner.send(message, { onresumptiontoken: () => this.#resumable.add(id) });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    if (this.why === undefined)
      await Promise.race([
        this.#inner.terminateSession().catch(() => {}),
        sleep(GOODBYE_MS, undefined, { ref: false }),
      ]);
    await this.#inner.close();
    this.onclose?.();
    await this.#agent.destroy();
  }

  async #fetch(url: string | URL, init: RequestInit = {}): Promise<Response> {
    const request = { ...init, dispatcher: this.#agent };
    // Node's own types of the same things differ from the library's.
    const send = () => undiciFetch(url, request as object) as unknown as Promise<Response>;
    if (init.method === 'GET') return boundedBody(await this.#listen(send, init), () => {});
    const id = init.method === 'POST' ? requestIdIn(init.body) : undefined;
    return boundedBody(await send(), () => void setTimeout(() => this.#ended(id), READ_MS));
  }

  /** A stream that was there and cannot be had again tells that the server, or what it knew of us, is gone. */
  async #listen(send: () => Promise<Response>, init: RequestInit): Promise<Response> {
    const again = this.#listened || new Headers(init.headers).has('last-event-id');
    try {
      const response = await send();
      if (response.ok) this.#listened = true;
      else if (again && response.status < 500) this.#lost();
      return response;
    } catch (error) {
      if (again) this.#lost();
      throw error;
    }
  }

  #ended(id: RequestId | undefined): void {
    if (id === undefined || this.#resumable.has(id) || !this.#waiting.delete(id)) return;
    const error = { code: ErrorCode.ConnectionClosed, message: CUT, data: CUT_OFF };
    this.onmessage?.({ jsonrpc: '2.0', id, error });
  }

  #lost(): void {
    this.why ??= CUT;
    void this.close();
  }
}

function requestIdIn(body: RequestInit['body']): RequestId | undefined {
  const message = JSON.parse(body as string) as { id?: RequestId; method?: string };
  return message.method === undefined ? undefined : message.id;
}
