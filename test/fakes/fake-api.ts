import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

/** A request as it came. */
export interface ApiRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** An answer: an object is sent as JSON. */
export interface ApiAnswer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

/** A request with the status that it was answered with (0: not at all). */
export interface ApiCall extends ApiRequest {
  status: number;
}

type Matches = (request: ApiRequest) => boolean;
type Fault =
  /** Does not act. */
  | { kind: 'refuse'; answer: ApiAnswer }
  /** Acts, and does not answer before it is released. */
  | { kind: 'hold'; released: Promise<void> }
  /** Acts, and then cuts the connection instead of answering. */
  | { kind: 'cut' }
  | { kind: 'delay'; ms: number };

/** The HTTP side of a vendor's fake API: records calls and has faults on demand; what a call does is the platform's own. */
export class FakeApi {
  readonly calls: ApiCall[] = [];
  readonly #server: Server;
  readonly #act: (request: ApiRequest) => ApiAnswer | Promise<ApiAnswer>;
  readonly #releases = new Set<() => void>();
  #faults: { matches: Matches; fault: Fault }[] = [];

  static async start(act: (request: ApiRequest) => ApiAnswer | Promise<ApiAnswer>): Promise<FakeApi> {
    const api = new FakeApi(act);
    await new Promise<void>((resolve) => api.#server.listen(0, '127.0.0.1', resolve));
    return api;
  }

  private constructor(act: (request: ApiRequest) => ApiAnswer | Promise<ApiAnswer>) {
    this.#act = act;
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The next matching calls are answered so, without acting. */
  refuse(matches: Matches, answer: ApiAnswer, times = 1): void {
    this.#add(matches, { kind: 'refuse', answer }, times);
  }

  hold(matches: Matches, times = 1): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#releases.add(resolve);
    this.#add(matches, { kind: 'hold', released: promise }, times);
  }

  cut(matches: Matches, times = 1): void {
    this.#add(matches, { kind: 'cut' }, times);
  }

  delay(matches: Matches, ms: number, times = 1): void {
    this.#add(matches, { kind: 'delay', ms }, times);
  }

  /** Takes back all faults, and answers what is held. */
  heal(): void {
    this.#faults = [];
    for (const release of this.#releases) release();
    this.#releases.clear();
  }

  async close(): Promise<void> {
    this.heal();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #add(matches: Matches, fault: Fault, times: number): void {
    for (let time = 0; time < times; time++) this.#faults.push({ matches, fault });
  }

  #take(request: ApiRequest): Fault | undefined {
    const index = this.#faults.findIndex(({ matches }) => matches(request));
    return index < 0 ? undefined : this.#faults.splice(index, 1)[0]?.fault;
  }

  async #serve(
    incoming: Parameters<Parameters<typeof createServer>[1] & object>[0],
    response: Parameters<Parameters<typeof createServer>[1] & object>[1],
  ): Promise<void> {
    const url = new URL(incoming.url ?? '/', 'http://fake');
    const request: ApiRequest = {
      method: incoming.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers: incoming.headers,
      body: await buffer(incoming),
    };
    const call: ApiCall = { ...request, status: 0 };
    this.calls.push(call);
    const fault = this.#take(request);
    if (fault?.kind === 'delay') await sleep(fault.ms);
    const { status, body, headers } = fault?.kind === 'refuse' ? fault.answer : await this.#act(request);
    if (fault?.kind === 'cut') return void incoming.socket.destroy();
    if (fault?.kind === 'hold') await fault.released;
    call.status = status;
    const isJson = body !== undefined && typeof body !== 'string' && !(body instanceof Uint8Array);
    response.writeHead(status, { ...(isJson && { 'content-type': 'application/json' }), ...headers });
    response.end(isJson ? JSON.stringify(body) : body);
  }
}
