import { mkdtemp, readdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { receive } from '../../contract/signals.ts';
import { TcpProxy } from '../fakes/tcp-proxy.ts';
import { functionUrlEvent, httpApiEvent, type LambdaAnswer, textOf } from '../support/lambda-events.ts';
import { LambdaEnvironment } from '../support/lambda-function.ts';
import { buildLambda, unpacked } from '../support/lambda-zips.ts';
import { plan } from '../support/plan.ts';
import { type Scene, startScene } from '../support/scene.ts';

const KEY = 'key-of-the-tests';
const AUTHORIZED = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };
/** As long as such a function is given. */
const TIMEOUT_MS = 30_000;
/** Longer than a connection may be silent before it is asked whether it lives. */
const FROZEN_MS = 31_000;
const LONG = `A long answer comes word by word${', and on it goes'.repeat(20)}.`;

/** What is zipped for Lambda, unpacked elsewhere; each invocation in a process of its own, with nothing warm. */
describe('the gateway on AWS Lambda', () => {
  let scene: Scene;
  let root: string;
  let files: string[];
  const environments: LambdaEnvironment[] = [];

  beforeAll(async () => {
    const out = await mkdtemp(path.join(inject('scratch'), 'lambda-'));
    [scene] = await Promise.all([startScene(), buildLambda(out)]);
    root = await unpacked(out, 'gateway');
    files = await readdir(root, { recursive: true });
  });
  afterAll(() => scene?.stop());
  afterEach(async () => {
    await Promise.all(environments.splice(0).map((environment) => environment.kill()));
  });

  function cold(handler = 'buffered.handler', env: Record<string, string> = {}): LambdaEnvironment {
    const environment = new LambdaEnvironment({
      root,
      handler,
      env: {
        TEMPORAL_ADDRESS: scene.stack.temporalAddress,
        HOLDFAST_API_KEYS: KEY,
        HOLDFAST_INTERNAL_KEY: 'internal-key-of-the-tests',
        TELEGRAM_BOT_TOKEN: '123456:token-of-the-tests',
        TELEGRAM_WEBHOOK_SECRET: 'secret-of-the-tests',
        ...env,
      },
    });
    environments.push(environment);
    return environment;
  }
  const answer = async (event: object, timeoutMs = TIMEOUT_MS, environment = cold()) =>
    (await environment.invoke(event, timeoutMs)) as LambdaAnswer;
  const say = (conversation: string, body: object, query = '') => ({
    method: 'POST',
    url: `/v1/conversations/${encodeURIComponent(conversation)}/messages${query}`,
    headers: AUTHORIZED,
    body: JSON.stringify(body),
  });
  const received = async (workflowId: string) => {
    const { events } = await scene.stack.client.workflow.getHandle(workflowId).fetchHistory();
    const signals = (events ?? []).map(({ workflowExecutionSignaledEventAttributes: signal }) => signal);
    return signals
      .filter((signal) => signal?.signalName === receive.name)
      .map((signal) => JSON.parse(String(signal?.input?.payloads?.[0]?.data)) as object);
  };

  it('takes a webhook whose body comes as base64, and acknowledges it once it is stored', async () => {
    const update = {
      update_id: 700,
      message: {
        message_id: 7,
        date: 1_796_017_200,
        chat: { id: 7001, type: 'private', first_name: 'Zoë' },
        from: { id: 7, is_bot: false, first_name: 'Zoë' },
        text: 'grüß dich 👋',
      },
    };
    const request = {
      method: 'POST',
      url: '/webhooks/telegram',
      headers: { 'x-telegram-bot-api-secret-token': 'secret-of-the-tests' },
      body: JSON.stringify(update),
    };
    expect(await answer(functionUrlEvent(request, true))).toMatchObject({ statusCode: 200 });
    expect(await received('telegram/7001')).toMatchObject([{ text: 'grüß dich 👋' }]);
    // Redelivered to another copy, through another front door.
    expect(await answer(httpApiEvent(request))).toMatchObject({ statusCode: 200 });
    expect(await scene.stack.replies('telegram/7001', 1)).toMatchObject([
      { text: 'echo: grüß dich 👋 [heard 1]' },
    ]);
    const forged = { ...request, headers: { 'x-telegram-bot-api-secret-token': 'wrong' } };
    expect(await answer(functionUrlEvent(forged))).toMatchObject({ statusCode: 401 });
  });

  it('finds a conversation whose id an HTTP API has decoded', async () => {
    const url = `/v1/conversations/${encodeURIComponent('telegram/7001')}`;
    for (const eventOf of [functionUrlEvent, httpApiEvent]) {
      const { statusCode, body } = await answer(eventOf({ url, headers: AUTHORIZED }));
      expect(statusCode).toBe(200);
      expect(JSON.parse(body)).toMatchObject({ conversation: 'telegram/7001', status: 'idle' });
    }
  });

  it('answers nobody without a key, wherever they come from', async () => {
    const url = '/v1/conversations';
    expect(await answer(functionUrlEvent({ url }))).toMatchObject({ statusCode: 401 });
    const loopback = { url, headers: { host: 'localhost' } };
    const keyless = cold('buffered.handler', { HOLDFAST_API_KEYS: '' });
    expect(await answer(functionUrlEvent(loopback), TIMEOUT_MS, keyless)).toMatchObject({ statusCode: 403 });
  });

  it('serves the web chat from what was built, and the health of Temporal', async () => {
    const environment = cold();
    const page = await answer(functionUrlEvent({ url: '/' }), TIMEOUT_MS, environment);
    expect(page).toMatchObject({ statusCode: 200, headers: { 'content-type': 'text/html; charset=utf-8' } });
    const [, script = ''] = /src="([^"]+)"/.exec(textOf(page)) ?? [];
    expect(await answer(functionUrlEvent({ url: script }), TIMEOUT_MS, environment)).toMatchObject({
      statusCode: 200,
    });
    expect(await answer(functionUrlEvent({ url: '/readyz' }), TIMEOUT_MS, environment)).toMatchObject({
      statusCode: 200,
    });
  });

  it('is asked for nothing live, unless HOLDFAST_GATEWAY_URL says where it is reached', async () => {
    expect(await answer(functionUrlEvent(say('unreached', { text: 'hello' })))).toMatchObject({
      statusCode: 202,
    });
    expect((await received('web/unreached'))[0]).not.toHaveProperty('live');
    const reached = cold('buffered.handler', { HOLDFAST_GATEWAY_URL: 'https://bot.example.com' });
    await answer(functionUrlEvent(say('reached', { text: 'hello' })), TIMEOUT_MS, reached);
    expect(await received('web/reached')).toMatchObject([{ live: 'https://bot.example.com' }]);
  });

  it('waits for a reply no longer than the function has', async () => {
    const hello = await answer(functionUrlEvent(say('waits', { text: 'hello' }, '?wait=20')));
    expect(hello).toMatchObject({ statusCode: 200 });
    expect(JSON.parse(hello.body)).toMatchObject({ reply: { text: 'echo: hello [heard 1]' } });
    const slow = say('waits', { text: plan({ delayMs: 8_000, say: 'late' }) }, '?wait=60');
    const began = performance.now();
    expect(await answer(functionUrlEvent(slow), 5_000)).toMatchObject({ statusCode: 202 });
    expect(performance.now() - began).toBeLessThan(7_000);
    expect(await scene.stack.replies('waits', 2)).toMatchObject([{}, { text: 'late [heard 2]' }]);
  });

  describe('events', () => {
    const events = (after: number, conversation = 'watched') => ({
      url: `/v1/conversations/${conversation}/events`,
      headers: { ...AUTHORIZED, 'last-event-id': String(after) },
    });
    const idsIn = (text: string) => [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));

    it('are sent off with the first that there are, and the client comes back by its cursor', async () => {
      await scene.stack.say('watched', 'hello');
      await scene.stack.replies('watched', 1);
      const first = await answer(functionUrlEvent(events(0)));
      expect(first.headers).toMatchObject({ 'content-type': 'text/event-stream' });
      expect(idsIn(textOf(first))).toEqual([1, 2, 3]);
      expect(textOf(first)).toContain('event: status');
      const waiting = answer(functionUrlEvent(events(3)));
      await scene.stack.say('watched', 'again');
      expect(idsIn(textOf(await waiting))).toContain(4);
    });

    it('end by themselves when there are none', async () => {
      const began = performance.now();
      const none = await answer(functionUrlEvent(events(0, 'nobody')), 4_000);
      expect(none).toMatchObject({ statusCode: 200 });
      expect(performance.now() - began).toBeGreaterThan(2_500);
    });

    it('get through as they happen where the function streams, until its time is over', async () => {
      const environment = cold('streaming.handler');
      await environment.loadedMs;
      const url = '/v1/conversations/streamed/events';
      const watching = environment.invoke(functionUrlEvent({ url, headers: AUTHORIZED }), 8_000);
      await scene.stack.say('streamed', plan({ say: LONG, chunkDelayMs: 20, delayMs: 500 }));
      expect(await watching).toMatchObject({
        statusCode: 200,
        headers: { 'content-type': 'text/event-stream' },
      });
      const whole = environment.pieces.map(({ text }) => text).join('');
      expect(whole).toContain('event: reply');
      const [first, last] = ['event: message', 'event: reply'].map(
        (words) => environment.pieces.find(({ text }) => text.includes(words))?.at ?? 0,
      );
      expect((last ?? 0) - (first ?? 0)).toBeGreaterThan(400);
    });
  });

  it('needs nothing after its answer: frozen at once, its message is processed, and thawed it takes the next', async () => {
    const environment = cold();
    expect(
      await answer(functionUrlEvent(say('frozen', { text: 'one' })), TIMEOUT_MS, environment),
    ).toMatchObject({
      statusCode: 202,
    });
    environment.freeze();
    expect(await scene.stack.replies('frozen', 1)).toMatchObject([{ text: 'echo: one [heard 1]' }]);
    environment.thaw();
    const two = await answer(
      functionUrlEvent(say('frozen', { text: 'two' }, '?wait=20')),
      TIMEOUT_MS,
      environment,
    );
    expect(JSON.parse(two.body)).toMatchObject({ reply: { text: 'echo: two [heard 2]' } });
  });

  it('stores a message although its connection was lost while it was frozen, and nobody told', async () => {
    const proxy = await TcpProxy.start(scene.stack.temporalAddress);
    const environment = cold('buffered.handler', { TEMPORAL_ADDRESS: proxy.address });
    const post = (text: string) =>
      answer(functionUrlEvent(say('stranded', { text })), TIMEOUT_MS, environment);
    expect(await post('one')).toMatchObject({ statusCode: 202 });
    environment.freeze();
    proxy.strand();
    await sleep(FROZEN_MS);
    environment.thaw();
    expect(await post('two')).toMatchObject({ statusCode: 202 });
    expect(await received('web/stranded')).toMatchObject([{ text: 'one' }, { text: 'two' }]);
    await proxy.close();
  });

  it('says 503 while Temporal is away, so that the platform delivers again', async () => {
    const environment = cold('buffered.handler', { TEMPORAL_ADDRESS: '127.0.0.1:1' });
    const answered = await answer(functionUrlEvent(say('away', { text: 'hello' })), TIMEOUT_MS, environment);
    expect(answered).toMatchObject({ statusCode: 503, headers: { 'retry-after': '2' } });
  });

  it('has written nothing where it was unpacked', async () => {
    expect(await readdir(root, { recursive: true })).toEqual(files);
  });
});
