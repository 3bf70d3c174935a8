import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { anthropic } from './model-dialects/anthropic.ts';
import {
  BadRequest,
  type Dialect,
  type FakeRequest,
  type FakeStep,
  requireText,
  toolNames,
} from './model-dialects/dialect.ts';
import { google } from './model-dialects/google.ts';
import { openaiChat } from './model-dialects/openai-chat.ts';
import { openaiResponses } from './model-dialects/openai-responses.ts';

import { type FakeRecording, readRecording, transcription } from './transcription.ts';

export type { FakeRequest, FakeStep } from './model-dialects/dialect.ts';
export type Script = (request: FakeRequest) => FakeStep | Promise<FakeStep>;

const DIALECTS: Dialect[] = [openaiChat, anthropic, google, openaiResponses];

/** Answers `reply to: ` and the last thing the user said. */
const echo: Script = ({ messages }) => ({
  text: `reply to: ${messages.findLast((message) => message.role === 'user')?.text}`,
});

/**
 * A scripted model server that speaks four providers' dialects and refuses what they refuse. Base URLs: `{url}/v1` for
 * OpenAI and Anthropic, `{url}/v1beta` for Google.
 */
export class FakeModel {
  /** Every request that was well-formed, oldest first. */
  readonly requests: (FakeRequest & { body: Record<string, unknown> })[] = [];
  /** What was refused, with its reason. */
  readonly refused: string[] = [];
  /** Connections that the client gave up before the answer's end. */
  abandoned = 0;
  script: Script;
  /** Recordings that were taken, oldest first. */
  readonly recordings: FakeRecording[] = [];
  /** The words of a recording, or the status that it is refused with. */
  transcribe: (recording: FakeRecording) => string | number | Promise<string | number> = ({ bytes }) =>
    `${bytes.length} bytes of talk`;
  url = '';
  /** The key that the server takes. */
  readonly key = 'key-of-the-fake-model';
  readonly #server: Server;

  private constructor(script: Script) {
    this.script = script;
    this.#server = createServer((request, response) => {
      this.#handle(request, response).catch((error: unknown) => response.destroy(error as Error));
    });
  }

  static async start(script: Script = echo): Promise<FakeModel> {
    const fake = new FakeModel(script);
    await new Promise<void>((resolve) => fake.#server.listen(0, '127.0.0.1', resolve));
    fake.url = `http://127.0.0.1:${(fake.#server.address() as AddressInfo).port}`;
    return fake;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', 'http://fake').pathname;
    const dialect = DIALECTS.find((candidate) => candidate.matches(path));
    const answer = (status: number, body: unknown, headers = {}) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    };
    if (path === '/v1/audio/transcriptions' && request.method === 'POST')
      return this.#transcribe(request, answer);
    if (!dialect || request.method !== 'POST')
      return answer(404, { error: { message: `no ${request.method} ${path}` } });
    const refuse = (status: number, message: string) => {
      this.refused.push(message);
      answer(status, dialect.error(status, message));
    };
    if (dialect.key(request.headers) !== this.key) return refuse(401, 'Incorrect API key provided');
    let read: FakeRequest & { body: Record<string, unknown> };
    try {
      const body = JSON.parse(await readText(request)) as Record<string, unknown>;
      requireText(body);
      read = { ...dialect.read(body, path, request.headers), body };
      for (const { toolCalls = [] } of read.messages) toolNames(toolCalls.map(({ name }) => name));
    } catch (error) {
      return refuse(error instanceof BadRequest ? error.status : 400, (error as Error).message);
    }
    this.requests.push(read);
    response.on('close', () => {
      if (!response.writableFinished && response.errored === null) this.abandoned += 1;
    });
    const step = await this.script(read);
    if (step.hang) return;
    const { status = 200 } = step;
    if (status !== 200)
      return answer(status, step.body ?? dialect.error(status, `status ${status}`), step.headers);
    await play(step, dialect.stream(step, read, read.body), response);
  }

  async #transcribe(
    request: IncomingMessage,
    answer: (status: number, body: unknown) => void,
  ): Promise<void> {
    const refuse = (status: number, message: string) => {
      this.refused.push(message);
      answer(status, openaiChat.error(status, message));
    };
    if (openaiChat.key(request.headers) !== this.key) return refuse(401, 'Incorrect API key provided');
    try {
      const { verbose, ...recording } = await readRecording(request);
      this.recordings.push(recording);
      const words = await this.transcribe(recording);
      if (typeof words === 'number') answer(words, openaiChat.error(words, `status ${words}`));
      else answer(200, transcription(words, verbose));
    } catch (error) {
      refuse(error instanceof BadRequest ? error.status : 400, (error as Error).message);
    }
  }
}

async function play(
  step: FakeStep,
  { frames, ending }: ReturnType<Dialect['stream']>,
  response: ServerResponse,
) {
  response.writeHead(200, { 'content-type': 'text/event-stream', ...step.headers });
  response.flushHeaders();
  if (step.delayMs) await delay(step.delayMs);
  if (step.raw) await playRaw(step.raw, response);
  else if (!(await playFrames(step, { frames, ending }, response))) return;
  if (!step.staysOpen) response.end();
}

async function playRaw(raw: NonNullable<FakeStep['raw']>, response: ServerResponse): Promise<void> {
  for await (const bytes of raw) {
    if (response.destroyed) return;
    await new Promise((resolve) => response.write(bytes, resolve));
  }
}

/** Returns whether all was sent. */
async function playFrames(
  step: FakeStep,
  { frames, ending }: ReturnType<Dialect['stream']>,
  response: ServerResponse,
): Promise<boolean> {
  let sent = 0;
  for (const { sse, characters } of step.endless ? frames : [...frames, ...ending]) {
    if (response.destroyed) return false;
    await new Promise((resolve) => response.write(sse, resolve));
    sent += characters;
    if (step.cutAfter !== undefined && sent >= step.cutAfter) {
      // Time for the last words to leave before the connection is gone.
      await delay(20);
      response.destroy();
      return false;
    }
    if (step.chunkDelayMs && characters > 0) await delay(step.chunkDelayMs);
  }
  return true;
}
