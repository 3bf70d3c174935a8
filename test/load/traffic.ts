import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { exchange } from '../../bench/post.ts';
import type { WebhookRequest } from '../../platforms/platform.ts';
import type { Rig } from '../fakes/rig.ts';

/** A kind of request in the mix. */
export type Kind = 'new' | 'repeated' | 'forged' | 'broken' | 'bare' | 'unknown' | 'large' | 'slow';

/** Of each twenty requests. */
const MIX: Kind[] = [
  ...Array.from({ length: 8 }, () => 'new' as const),
  ...(['repeated', 'repeated', 'repeated', 'forged', 'forged', 'forged', 'broken', 'broken'] as const),
  ...(['bare', 'unknown', 'large', 'slow'] as const),
];
/** What each is answered with; a slow one is cut off. */
export const EXPECTED: Record<Kind, RegExp> = {
  new: /^2/,
  repeated: /^2/,
  forged: /^401$/,
  broken: /^400$/,
  bare: /^401$/,
  unknown: /^404$/,
  large: /^413$/,
  slow: /^408$/,
};
const TOO_LARGE = 9 * 1024 * 1024;
const DRIBBLE_MS = 1_000;
/** Before the second attempt for a message that is not acknowledged; each pause after it is twice as long, up to a limit. */
const AGAIN_MS = 1_000;
const LONGEST_MS = 30_000;

/** A message that was acknowledged. */
export interface Acknowledged {
  conversation: string;
  text: string;
  /** From the first attempt to the acknowledgement, and of the attempt that got it. */
  afterMs: number;
  ms: number;
  attempts: number;
}

export class Traffic {
  readonly acknowledged: Acknowledged[] = [];
  /** How often each kind was answered with each status; `0` is no answer. */
  readonly answers = new Map<Kind, Map<string, number>>();
  readonly #gateway: string;
  readonly #rigs: readonly Rig[];
  readonly #places: number;
  /** The latest messages, to be repeated. */
  readonly #sent: WebhookRequest[] = [];
  #number = 0;

  constructor(gateway: string, rigs: readonly Rig[], places: number) {
    this.#gateway = gateway;
    this.#rigs = rigs;
    this.#places = places;
  }

  /** Sends the next request of the mix. Resolves when it has its answer, a message when it is acknowledged. */
  async next(): Promise<void> {
    const number = this.#number++;
    const kind = MIX[(number * 7) % MIX.length] ?? 'new';
    const rig = this.#rigs[number % this.#rigs.length];
    if (!rig) throw new Error('there is no platform');
    if (kind === 'new') return this.#say(rig, number);
    const status = await this.#attempt(kind, rig).catch(() => 0);
    this.#count(kind, status);
  }

  async #say(rig: Rig, number: number): Promise<void> {
    const place = 1 + (Math.floor(number / MIX.length) % this.#places);
    const text = `message ${number}.`;
    const request = await rig.say(place, text);
    const began = performance.now();
    for (let attempts = 1; ; attempts += 1) {
      const sent = performance.now();
      const status = await this.#post(request).catch(() => 0);
      this.#count('new', status);
      if (status >= 200 && status < 300) {
        const now = performance.now();
        const conversation = `${rig.name}/${rig.conversation(place)}`;
        this.acknowledged.push({ conversation, text, attempts, ms: now - sent, afterMs: now - began });
        this.#sent.push(request);
        if (this.#sent.length > 200) this.#sent.shift();
        return;
      }
      await sleep(Math.min(AGAIN_MS * 2 ** (attempts - 1), LONGEST_MS) * (0.5 + Math.random()));
    }
  }

  async #attempt(kind: Kind, rig: Rig): Promise<number> {
    const before = this.#sent[this.#number % Math.max(1, this.#sent.length)];
    switch (kind) {
      case 'repeated':
        return this.#post(before ?? (await rig.say(1, 'first')));
      case 'forged':
        return this.#post(await rig.forge(await rig.sign(`{"forged":"${'x'.repeat(500)}"}`)));
      case 'broken':
        return this.#post(await rig.sign('{"broken":'));
      case 'unknown':
        return exchange(`${this.#gateway}/webhooks/myspace`, '{}');
      case 'large':
        return this.#large(rig.name);
      case 'slow':
        return this.#slow(rig.name);
      default:
        return exchange(`${this.#gateway}/webhooks/${rig.name}`, '{"no":"signature"}');
    }
  }

  #post({ url, headers, body }: WebhookRequest): Promise<number> {
    const address = `${this.#gateway}${url.pathname}${url.search}`;
    return exchange(address, Buffer.from(body).toString(), Object.fromEntries(headers));
  }

  /** It only says that it is large. */
  #large(platform: string): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const headers = { 'content-type': 'application/json', 'content-length': TOO_LARGE };
    const sending = httpRequest(
      `${this.#gateway}/webhooks/${platform}`,
      { method: 'POST', headers, agent: false },
      ({ statusCode = 0 }) => {
        resolve(statusCode);
        sending.destroy();
      },
    );
    sending.on('error', reject);
    sending.write('{');
    return promise;
  }

  /** A body that comes a byte a second. */
  async #slow(platform: string): Promise<number> {
    const { hostname, port } = new URL(this.#gateway);
    const socket = connect(Number(port), hostname);
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => {});
    const head = `POST /webhooks/${platform} HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncontent-length: 100000\r\n\r\n`;
    socket.write(head);
    const dribble = setInterval(() => socket.write('x'), DRIBBLE_MS);
    await closed;
    clearInterval(dribble);
    return Number(/^HTTP\/1.1 (\d+)/.exec(answer)?.[1] ?? 0);
  }

  #count(kind: Kind, status: number): void {
    const counts = this.answers.get(kind) ?? new Map<string, number>();
    counts.set(String(status), (counts.get(String(status)) ?? 0) + 1);
    this.answers.set(kind, counts);
  }
}
