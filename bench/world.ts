import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { openaiChat } from '../test/fakes/model-dialects/openai-chat.ts';
import { FakeModel, type FakeRequest, type FakeStep } from '../test/fakes/model-server.ts';
import { type Served, serve } from '../test/support/serve.ts';

/** A reply must come within this. */
const REPLY_WITHIN_MS = 60_000;
/** The answer of the model that takes its time: as many words, evenly over two seconds. */
const SLOW_WORDS = 40;
const SLOW_MS = 2_000;

/** Paths of the model, as holdfast asks it and as the others do. */
const IS_MODEL = /^\/(?:v1\/chat\/completions|model)$/;

/** What Node tells of a request to a server of this process. */
interface Exchange {
  request: IncomingMessage;
}

/** What one turn is measured by, in ms of `performance.now()`. */
export interface ModelTimes {
  /** Its first word left the model. */
  firstWord: number;
  /** Its answer was complete. */
  end: number;
}

/** A reply at the platform. `at` in ms of `performance.now()`. */
interface Reply {
  at: number;
  text: string;
}

/**
 * What surrounds every system alike: a model that is instant, unless the message says `slowly`, and a chat platform that takes
 * replies as `POST /replies {inReplyTo, text}`. A message that says `plain` is answered at once, any other one after one tool call.
 * An answer is `answer to N: text` of the Nth message of a user in the transcript that the model is given.
 */
export class World {
  readonly model: FakeModel;
  readonly #platform: Served;
  readonly #waiting = new Map<string, (reply: Reply) => void>();
  /** Time that the model has taken for its answers, in ms. */
  modelMs = 0;
  readonly #began = new WeakMap<object, number>();
  readonly #see = (message: unknown) => {
    this.#began.set((message as Exchange).request, performance.now());
  };
  readonly #answered = (message: unknown) => {
    const { request } = message as Exchange;
    const began = this.#began.get(request);
    if (began !== undefined && IS_MODEL.test(request.url ?? '')) this.modelMs += performance.now() - began;
  };
  /** When each message that says `hold` had its tool begun, by its text: again if the worker was lost. */
  readonly held = new Map<string, number[]>();
  /** By the first word of the message. */
  readonly #modelTimes = new Map<string, ModelTimes>();

  private constructor(model: FakeModel, platform: Served) {
    this.model = model;
    this.#platform = platform;
    subscribe('http.server.request.start', this.#see);
    subscribe('http.server.response.finish', this.#answered);
  }

  static async open(): Promise<World> {
    const platform = await serve(({ url }, body, response) => {
      if (url === '/v1/traces') {
        response.end();
        return;
      }
      const read = JSON.parse(body);
      if (url === '/model') {
        response.end(JSON.stringify(decide(read.messages, read.messages.at(-1).text)));
        return;
      }
      if (url === '/held') world.#hold(read.q);
      else world.#waiting.get(read.inReplyTo)?.({ at: performance.now(), text: read.text });
      response.writeHead(204).end();
    });
    const world: World = new World(await FakeModel.start((request) => world.#answer(request)), platform);
    return world;
  }

  /** Where `POST /replies` is, and `POST /model {messages}`, the same instant model for programs that need no stream; and where traces may go. */
  get url(): string {
    return this.#platform.url;
  }

  /** Resolves with the moment at which the first reply to this message came. Throws after a minute. */
  async reply(id: string): Promise<number> {
    return (await this.#replied(id)).at;
  }

  /** Resolves with the text of the first reply to this message. Throws after a minute. */
  async answer(id: string): Promise<string> {
    return (await this.#replied(id)).text;
  }

  async #replied(id: string): Promise<Reply> {
    const { promise, resolve } = Promise.withResolvers<Reply>();
    this.#waiting.set(id, resolve);
    const late = sleep(REPLY_WITHIN_MS, undefined, { ref: false }).then(() => {
      throw new Error(`no reply to ${id} within ${REPLY_WITHIN_MS / 1000} s`);
    });
    return Promise.race([promise, late]).finally(() => this.#waiting.delete(id));
  }

  /** When the model answered the message that begins with this word. */
  modelTimes(word: string): ModelTimes | undefined {
    return this.#modelTimes.get(word);
  }

  async close(): Promise<void> {
    unsubscribe('http.server.request.start', this.#see);
    unsubscribe('http.server.response.finish', this.#answered);
    await Promise.all([this.model.close(), this.#platform.close()]);
  }

  #hold(text: string): void {
    this.held.set(text, [...(this.held.get(text) ?? []), performance.now()]);
  }

  #answer(request: FakeRequest): FakeStep {
    // There are thousands of them.
    this.model.requests.length = 0;
    const text = request.messages.findLast(({ role }) => role === 'user')?.text ?? '';
    if (text.includes('slowly')) return { raw: this.#slowly(text, request) };
    const { tool, say } = decide(request.messages, text);
    return tool === undefined ? { text: say ?? '' } : { calls: [{ name: tool, input: { q: text } }] };
  }

  /** A stream of two seconds, of which it is known when each word left. */
  async *#slowly(text: string, request: FakeRequest): AsyncGenerator<string> {
    const answer = Array.from({ length: SLOW_WORDS }, (_, index) => `word-${index}`).join(' ');
    const { frames, ending } = openaiChat.stream({ text: answer }, request, {});
    const times = { firstWord: 0, end: 0 };
    this.#modelTimes.set(text.split(' ')[0] ?? '', times);
    const began = performance.now();
    let said = 0;
    for (const { sse, characters } of frames) {
      if (characters > 0) {
        await sleep(Math.max(0, began + (said * SLOW_MS) / SLOW_WORDS - performance.now()));
        if (said === 0) times.firstWord = performance.now();
        said += 1;
      }
      yield sse;
    }
    times.end = performance.now();
    yield* ending.map(({ sse }) => sse);
  }
}

/** What the instant model does with a message, or with the result of its tool. */
function decide(transcript: readonly { role: string }[], text: string): { tool?: string; say?: string } {
  const isResult = transcript.at(-1)?.role === 'tool';
  if (!isResult && text.includes('hold')) return { tool: 'hold' };
  if (!isResult && text.includes('ordinary')) return { tool: 'look_far' };
  const turn = transcript.filter(({ role }) => role === 'user').length;
  return isResult || text.includes('plain') ? { say: `answer to ${turn}: ${text}` } : { tool: 'look_up' };
}
