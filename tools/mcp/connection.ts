import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import packageJson from '../../package.json' with { type: 'json' };
import { ToolError } from '../tool.ts';
import { wordsFor } from './failures.ts';
import { type ListedTool, listTools } from './list-tools.ts';
import { NO_LIMIT, within } from './time-limit.ts';
import type { McpLog, ServerTransport } from './transport.ts';

/** A server may have to be downloaded before it can start. */
const CONNECT_MS = 60_000;
/** How long a call waits for a server that was just lost to come back. */
const RETURN_MS = 10_000;
const RETRY_MS = 500;
const LONGEST_PAUSE_MS = 60_000;
/** One that was up for this long is not taken for one that ends again and again. */
const STABLE_MS = 60_000;
const CLOSED = 'the connection to it was closed';

export interface ConnectionOptions {
  /** The server's, in the config. */
  name: string;
  log: McpLog;
  open(): ServerTransport;
  /** Gets the server's tools whenever they were read. */
  onTools(tools: readonly ListedTool[]): void;
}

/** Keeps up a connection to a server: one that is lost is made anew, at once if it is needed, else after a pause that grows. */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #stopped = new AbortController();
  /** Settles when the first attempt has. */
  readonly first: Promise<void>;
  #client: Client | undefined;
  #connecting: Promise<void> | undefined;
  #next: NodeJS.Timeout | undefined;
  #failures = 0;
  #upAt = 0;
  #lostAt = Number.NEGATIVE_INFINITY;
  #why = 'it is still starting';
  #told: 'up' | 'down' | undefined;
  #refreshing = false;
  #stale = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.first = this.#connect();
  }

  /** The connected client. Throws {@link ToolError} if the server is not running, or the signal's reason. */
  async client(signal: AbortSignal): Promise<Client> {
    const began = performance.now();
    for (;;) {
      signal.throwIfAborted();
      const waited = performance.now() - began;
      if (!this.#client) await settled(this.#connect(), RETURN_MS - waited, signal);
      if (this.#client) return this.#client;
      const now = performance.now();
      if (now - Math.min(began, this.#lostAt) > RETURN_MS)
        throw new ToolError(`the MCP server ${this.#options.name} is not running: ${this.#why}`);
      await sleep(RETRY_MS, undefined, { signal });
    }
  }

  /** Gives a client up, unless it was already, and lets the next one be made. */
  lost(client: Client, why: string): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    this.#lostAt = performance.now();
    if (this.#lostAt - this.#upAt > STABLE_MS) this.#failures = 0;
    void client.close();
    this.#down(why);
  }

  /** Ends the connection for good, and a server that is ours with it. */
  async close(): Promise<void> {
    this.#stopped.abort(new Error('the worker is ending'));
    clearTimeout(this.#next);
    await this.#connecting;
    const client = this.#client;
    this.#client = undefined;
    await client?.close();
  }

  /** Never rejects: how it went is seen by whether there is a client. */
  #connect(): Promise<void> {
    this.#connecting ??= this.#attempt().finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  async #attempt(): Promise<void> {
    const { name, log, open, onTools } = this.#options;
    clearTimeout(this.#next);
    if (this.#stopped.signal.aborted) return;
    const transport = open();
    const client = new Client(
      { name: 'holdfast', version: packageJson.version },
      { listChanged: { tools: { autoRefresh: false, onChanged: () => void this.#refresh() } } },
    );
    Object.assign(client, {
      onerror: (error: Error) => log.debug({ server: name, reason: wordsFor(error) }, 'MCP error'),
      onclose: () => this.lost(client, transport.why ?? CLOSED),
    });
    try {
      const tools = await within(CONNECT_MS, this.#stopped.signal, async (signal) => {
        await client.connect(transport, { signal, timeout: NO_LIMIT });
        return listTools(client, signal);
      });
      if (!client.transport) throw new Error(CLOSED);
      onTools(tools);
      this.#up(client, tools.length);
    } catch (error) {
      await client.close();
      this.#down(transport.why ?? wordsFor(error));
    }
  }

  #up(client: Client, tools: number): void {
    this.#client = client;
    this.#upAt = performance.now();
    if (this.#told !== 'up')
      this.#options.log.info({ server: this.#options.name, tools }, 'MCP server connected');
    this.#told = 'up';
  }

  #down(why: string): void {
    this.#why = why;
    if (this.#stopped.signal.aborted) return;
    if (this.#told !== 'down')
      this.#options.log.warn({ server: this.#options.name, reason: why }, 'MCP server is not running');
    this.#told = 'down';
    const pause = Math.min(1_000 * 2 ** this.#failures, LONGEST_PAUSE_MS);
    this.#failures += 1;
    this.#next = setTimeout(() => void this.#connect(), pause).unref();
  }

  /** One at a time, and once more if they changed meanwhile. */
  async #refresh(): Promise<void> {
    const { name, log, onTools } = this.#options;
    this.#stale = true;
    if (this.#refreshing) return;
    this.#refreshing = true;
    while (this.#stale && this.#client) {
      this.#stale = false;
      const client = this.#client;
      try {
        onTools(await within(CONNECT_MS, this.#stopped.signal, (signal) => listTools(client, signal)));
      } catch (error) {
        log.debug({ server: name, reason: wordsFor(error) }, 'the tools could not be read again');
      }
    }
    this.#refreshing = false;
  }
}

async function settled(promise: Promise<void>, ms: number, signal: AbortSignal): Promise<void> {
  await Promise.race([promise, sleep(Math.max(0, ms), undefined, { signal, ref: false })]);
}
