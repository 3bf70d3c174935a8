import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { promote } from '../../cli/temporal/versions.ts';
import { changedBuild } from '../support/build.ts';
import { eventually } from '../support/eventually.ts';
import { functionUrlEvent, type LambdaAnswer, textOf } from '../support/lambda-events.ts';
import { LambdaEnvironment } from '../support/lambda-function.ts';
import { buildLambda, unpacked } from '../support/lambda-zips.ts';
import { plan } from '../support/plan.ts';
import { type Scene, startScene } from '../support/scene.ts';
import { type Served, serve } from '../support/serve.ts';
import { worldEnvironment } from '../support/world-environment.ts';

const VERSION = 'lambda-1';
/** The zips know none: what encrypts is in them all the same. */
const KEYS = { HOLDFAST_ENCRYPTION_KEYS: `one:${randomBytes(32).toString('base64')}` };
/** What an invocation of a worker has: 8 seconds for work, 4 for what still runs then, 4 to end. */
const TIMEOUT_MS = 16_000;
const POISON = '☠';
const GIVEN_UP = /^Sorry, I could not finish this: .*\(reference [0-9a-f]{8}-\d+\)$/;
/** Three times that, and what it takes to start on a busy machine. */
const PATIENCE_MS = 150_000;

/** Gateway and worker as they are zipped for AWS Lambda, unpacked elsewhere: each invocation is a process of its own, with nothing warm. */
describe('conversations on AWS Lambda alone', () => {
  let scene: Scene;
  let worker: string;
  let gateway: string;
  let frontDoor: Served;
  const environments = new Set<LambdaEnvironment>();

  beforeAll(async () => {
    const out = await mkdtemp(path.join(inject('scratch'), 'lambda-'));
    [scene] = await Promise.all([startScene({ withoutWorkers: true, env: KEYS }), buildLambda(out)]);
    [gateway, worker] = await Promise.all([unpacked(out, 'gateway'), unpacked(out, 'worker')]);
    frontDoor = await openFrontDoor();
    scene.telegram.webhookUrl = `${frontDoor.url}/webhooks/telegram`;
    const { over } = invokeWorker();
    const promoted = eventually(() => promote(scene.stack.client, VERSION).then(() => true));
    await Promise.all([promoted, over]);
  });
  afterAll(async () => {
    await frontDoor?.close();
    await scene?.stop();
  });
  afterEach(async () => {
    for (const environment of environments) await environment.kill();
    environments.clear();
  });

  function cold(root: string, handler: string, version = VERSION): LambdaEnvironment {
    const environment = new LambdaEnvironment({
      root,
      handler,
      env: {
        ...worldEnvironment(scene.model, scene.ledger),
        ...KEYS,
        TELEGRAM_BOT_TOKEN: '123456:token-of-the-tests',
        TELEGRAM_WEBHOOK_SECRET: 'secret-of-the-tests',
        TELEGRAM_API_BASE_URL: scene.telegram.url,
        TEMPORAL_ADDRESS: scene.stack.temporalAddress,
        HOLDFAST_VERSION: version,
      },
    });
    environments.add(environment);
    return environment;
  }

  /** A function URL: each request is an invocation of the gateway. */
  function openFrontDoor(): Promise<Served> {
    return serve(async ({ method = '', url = '', headers }, body, response) => {
      const environment = cold(gateway, 'buffered.handler');
      const request = { method, url, headers: headers as Record<string, string>, body };
      const answer = (await environment.invoke(functionUrlEvent(request), TIMEOUT_MS)) as LambdaAnswer;
      response.writeHead(answer.statusCode, answer.headers).end(textOf(answer));
      await environment.kill();
    });
  }

  /** As Temporal does while something waits and no worker polls. `over` resolves when the invocation has ended. */
  function invokeWorker({ root = worker, version = VERSION, timeoutMs = TIMEOUT_MS } = {}) {
    const environment = cold(root, 'lambda.handler', version);
    const over = environment.invoke({}, timeoutMs);
    over.catch(() => {});
    return { environment, over };
  }

  const shown = (chat: number) => scene.telegram.messages(chat, 'bot').map(({ text }) => text);

  it('one lives across five cold invocations of each, and knows what was said', {
    timeout: PATIENCE_MS,
  }, async () => {
    const files = await readdir(worker, { recursive: true });
    for (let nth = 1; nth <= 5; nth += 1) {
      await scene.telegram.say(9001, `message ${nth}`).delivered;
      const { environment, over } = invokeWorker();
      await over;
      await environment.kill();
      expect(shown(9001)).toHaveLength(nth);
    }
    expect(shown(9001)).toEqual([1, 2, 3, 4, 5].map((nth) => `echo: message ${nth} [heard ${nth}]`));
    expect(await readdir(worker, { recursive: true })).toEqual(files);
  });

  it.each([
    ['idempotent', 'set_value', 2, /^done \[heard 1\]$/],
    ['once', 'pay', 1, /^done \[heard 1\]\n\n⚠️ The outcome of pay is unknown/],
  ])(
    'one whose invocation is SIGKILLed in the middle of a tool (%s) is finished by the next, with one reply',
    {
      timeout: PATIENCE_MS,
    },
    async (_, tool, times, reply) => {
      const { telegram, ledger } = scene;
      const chat = 9100 + times;
      await telegram.say(chat, plan({ steps: [[[tool, { holdMs: 2_000 }]]] })).delivered;
      const { environment } = invokeWorker();
      await ledger.begun(tool);
      await environment.kill();
      await invokeWorker().over;
      expect(shown(chat)).toEqual([expect.stringMatching(reply)]);
      const begun = ledger.of(tool, 'begin');
      expect(begun).toHaveLength(times);
      expect(new Set(begun.map(({ key }) => key)).size).toBe(1);
    },
  );

  it('a tool is not cut off by the end of its invocation: it is let finish, or begins in the next', {
    timeout: PATIENCE_MS,
  }, async () => {
    const { telegram, ledger } = scene;
    ledger.lines.length = 0;
    // No more work after 20 seconds, 8 for what still runs then, and 4 to end.
    const { environment, over } = invokeWorker({ timeoutMs: 32_000 });
    await environment.loadedMs;
    const began = performance.now();
    const pay = (chat: number, atMs: number, holdMs: number) =>
      sleep(atMs - (performance.now() - began)).then(
        () => telegram.say(chat, plan({ steps: [[['pay', { holdMs, tag: String(chat) }]]] })).delivered,
      );
    await Promise.all([pay(9200, 14_000, 9_000), pay(9201, 22_500, 6_500)]);
    await over;
    expect(ledger.of('pay', 'end')).toMatchObject([{ tag: '9200' }]);
    invokeWorker({ timeoutMs: 32_000 });
    await eventually(() => [9200, 9201].every((chat) => shown(chat).length > 0));
    for (const chat of [9200, 9201]) expect(shown(chat)).toEqual(['done [heard 1]']);
    expect(ledger.of('pay', 'begin')).toHaveLength(2);
  });

  describe('a new version, which cannot bear some messages', () => {
    const NEXT = 'lambda-2';
    let next: { root: string; version: string; timeoutMs: number };

    beforeAll(async () => {
      const out = await mkdtemp(path.join(inject('scratch'), 'lambda-'));
      await buildLambda(
        out,
        await changedBuild(inject('scratch'), [
          {
            file: 'workflows/entity.ts',
            from: 'const charges = new Charges(this.start, messages);',
            to: `if (messages.some(({ message }) => message.text === '${POISON}')) throw new Error('the planted fault');
    const charges = new Charges(this.start, messages);`,
          },
        ]),
      );
      next = { root: await unpacked(out, 'worker'), version: NEXT, timeoutMs: 100_000 };
    });

    it('goes on with the conversations of the one before', { timeout: PATIENCE_MS }, async () => {
      const { stack, telegram } = scene;
      await telegram.say(9001, 'message 6').delivered;
      invokeWorker(next);
      await eventually(() => promote(stack.client, NEXT).then(() => true));
      await eventually(() => shown(9001).length === 6);
      expect(shown(9001).at(-1)).toBe('echo: message 6 [heard 6]');
    });

    it('gives them up by itself, as a worker does anywhere', { timeout: PATIENCE_MS }, async () => {
      const { telegram } = scene;
      for (const text of [POISON, 'after']) await telegram.say(9300, text).delivered;
      invokeWorker(next);
      await eventually(() => shown(9300).length === 2, { ms: 120_000, what: 'both are answered' });
      expect(shown(9300)).toEqual([expect.stringMatching(GIVEN_UP), 'echo: after [heard 1]']);
    });
  });
});
