import { setTimeout as sleep } from 'node:timers/promises';
import { getDefaultEnvironment } from '@modelcontextprotocol/sdk/client/stdio.js';
import { deserializeMessage, serializeMessage } from '@modelcontextprotocol/sdk/shared/stdio.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { type GuardedProcess, spawnGuarded } from '../spawn-guarded.ts';
import type { StdioServer } from './config.ts';
import { LineBuffer } from './line-buffer.ts';
import { outputLog } from './output-log.ts';
import { MAX_MESSAGE, type McpLog, type ServerTransport, TOO_LONG } from './transport.ts';

/** A server that is asked to end, by the end of its input, is killed after this. */
const GRACE_MS = 1_000;

/** To a server that is a process of ours: with all it started, it ends when the connection or this process does. */
export class StdioTransport implements ServerTransport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  why: string | undefined;
  readonly #server: StdioServer;
  readonly #log: (text: string) => void;
  readonly #lines = new LineBuffer(MAX_MESSAGE);
  #process: GuardedProcess | undefined;
  #gone: Promise<void> | undefined;

  constructor(name: string, server: StdioServer, log: McpLog) {
    this.#server = server;
    this.#log = outputLog((text) => log.debug({ server: name, text }, 'an MCP server wrote'));
  }

  async start(): Promise<void> {
    const { command, args = [], env, cwd } = this.#server;
    const process = spawnGuarded(command, args, {
      env: { ...getDefaultEnvironment(), ...env },
      ...(cwd === undefined ? {} : { cwd }),
    });
    this.#process = process;
    process.stderr.on('data', (chunk: Buffer) => this.#log(chunk.toString()));
    process.stdout.on('data', (chunk: Buffer) => this.#read(chunk));
    this.#gone = this.#watch(process);
  }

  async send(message: JSONRPCMessage): Promise<void> {
    this.#process?.stdin.write(serializeMessage(message));
  }

  async close(): Promise<void> {
    this.#process?.stdin.end();
    await Promise.race([this.#gone, sleep(GRACE_MS, undefined, { ref: false })]);
    this.#process?.kill();
    await this.#gone;
  }

  /** What it wrote before it ended still counts, so its output is read to the end. */
  async #watch({ stdout, ended, kill }: GuardedProcess): Promise<void> {
    const closed = new Promise<void>((resolve) => stdout.once('close', resolve));
    await Promise.race([closed, ended.catch(() => {})]);
    kill();
    const how = await ended.then(wordFor, () => 'it could not be started: is its cwd there?');
    this.why ??= how;
    await Promise.race([closed, sleep(GRACE_MS, undefined, { ref: false })]);
    stdout.destroy();
    this.onclose?.();
  }

  #read(chunk: Buffer): void {
    try {
      for (const line of this.#lines.add(chunk)) this.#receive(line);
    } catch {
      this.why = TOO_LONG;
      this.#process?.kill();
    }
  }

  /** What is no message is passed over: some servers print what belongs on stderr. */
  #receive(line: string): void {
    try {
      this.onmessage?.(deserializeMessage(line));
    } catch {
      this.#log(line);
    }
  }
}

function wordFor({ code, signal }: Awaited<GuardedProcess['ended']>): string {
  if (code === 127) return 'its command was not found';
  return signal ? `it was ended by ${signal}` : `it ended with exit code ${code}`;
}
