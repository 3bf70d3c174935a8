import { setTimeout as sleep } from 'node:timers/promises';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EventLog, type LoggedEvent } from '../support/event-log.ts';
import { eventually } from '../support/eventually.ts';
import { plan } from '../support/plan.ts';
import { type Scene, startScene } from '../support/scene.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const LONG = `A long answer comes word by word${', and on it goes'.repeat(20)}.`;
const typesOf = (events: LoggedEvent[]) => events.map(({ type }) => type);

/** What the deltas of one attempt at a step say; throws where there is a gap or a repetition. */
function writtenBy(deltas: LoggedEvent[]): string {
  return deltas.reduce((text, { data }) => {
    expect(data.offset).toBe(text.length);
    return text + data.text;
  }, '');
}

describe('the HTTP API', () => {
  let scene: Scene;
  const logs: EventLog[] = [];

  beforeAll(async () => {
    scene = await startScene();
    await scene.stack.startGateway(1);
  });
  afterAll(async () => {
    for (const log of logs) log.close();
    await scene?.stop();
  });

  async function watch(conversation: string, after?: number, gateway = 0): Promise<EventLog> {
    const url = `${scene.stack.url(gateway)}/v1/conversations/${conversation}/events`;
    const log = await EventLog.open(url, after === undefined ? {} : { 'last-event-id': String(after) });
    logs.push(log);
    return log;
  }
  const post = (conversation: string, query: string, body: object) =>
    fetch(`${scene.stack.url()}/v1/conversations/${conversation}/messages${query}`, {
      method: 'POST',
      headers: JSON_TYPE,
      body: JSON.stringify(body),
    });
  const list = async (query: string) => {
    const response = await fetch(`${scene.stack.url()}/v1/conversations${query}`);
    const { conversations } = (await response.json()) as { conversations: { conversation: string }[] };
    return conversations.map(({ conversation }) => conversation).sort();
  };

  it('tells buttons and files of a reply wherever it tells the reply', async () => {
    const file = ['attach_file', { name: 'a.txt', content: 'hi' }] as [string, object];
    const offer = ['offer_choices', { choices: ['Yes', 'No'] }] as [string, object];
    const extras = {
      buttons: [
        { label: 'Yes', value: 'Yes' },
        { label: 'No', value: 'No' },
      ],
      files: [{ name: 'a.txt', mediaType: 'text/plain', url: 'data:text/plain;base64,aGk=' }],
    };
    const text = plan({ steps: [[file, offer]], say: 'sure?' });
    const log = await watch('extras');
    const response = await post('extras', '?wait=30', { text });
    expect(await response.json()).toMatchObject({ reply: { text: 'sure? [heard 1]', ...extras } });
    expect((await log.saw('reply'))[0]?.data).toMatchObject(extras);
    expect((await scene.stack.read('extras')).transcript.at(-1)).toMatchObject(extras);
  });

  describe('events', () => {
    it('tell messages, steps, tools and the reply in order, each with its cursor, and deltas before the reply', async () => {
      // Watched before it exists.
      const log = await watch('told');
      const step = plan({ steps: [[['look_up', {}]]], say: LONG, delayMs: 300, chunkDelayMs: 10 });
      await scene.stack.say('told', step, 'm1');
      const [reply] = await log.saw('reply');
      expect(typesOf(log.durable)).toEqual(['message', 'step', 'tool', 'step', 'reply']);
      expect(log.cursors).toEqual([1, 2, 3, 4, 5]);
      for (const { id, data } of log.durable) expect(data.seq).toBe(Number(id));
      expect(log.durable[0]?.data).toMatchObject({ id: 'm1', text: step });
      expect(log.durable[1]?.data).toMatchObject({ calls: [{ name: 'look_up' }] });
      expect(log.durable[2]?.data).toMatchObject({ name: 'look_up', outcome: 'ok', output: 'look_up done' });
      expect(reply?.data).toMatchObject({ status: 'answered', text: `${LONG} [heard 1]`, answers: ['m1'] });
      const deltas = log.of('delta');
      expect(deltas.length).toBeGreaterThan(3);
      expect(writtenBy(deltas)).toBe(`${LONG} [heard 1]`);
      const order = [log.of('tool')[0], deltas[0], deltas.at(-1), reply].map((one) =>
        log.events.indexOf(one as LoggedEvent),
      );
      expect(order).toEqual(order.toSorted((a, b) => a - b));
    });

    it('after a reconnect are exactly what is missing, none twice, and go on', async () => {
      const { stack } = scene;
      for (const text of ['one', 'two', 'three']) await stack.say('again', text);
      await stack.replies('again', 3);
      const reconnected = await Promise.all([0, 2, 4, 9].map((cursor) => watch('again', cursor)));
      for (const log of reconnected) await log.saw('status');
      expect(reconnected.map(({ cursors }) => cursors)).toEqual([
        [1, 2, 3, 4, 5, 6, 7, 8, 9],
        [3, 4, 5, 6, 7, 8, 9],
        [5, 6, 7, 8, 9],
        [],
      ]);
      await stack.say('again', 'four');
      for (const log of reconnected)
        await eventually(() => log.cursors.at(-1) === 12, { what: 'the cursor reaches 12' });
      expect(reconnected.at(-1)?.cursors).toEqual([10, 11, 12]);
      expect(reconnected[0]?.cursors).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
      const byQuery = await EventLog.open(`${stack.url()}/v1/conversations/again/events?after=10`);
      logs.push(byQuery);
      await byQuery.saw('status');
      expect(byQuery.cursors).toEqual([11, 12]);
    });

    it('are the same at a second gateway, also for a message that the first took in', async () => {
      const { stack } = scene;
      const both = await Promise.all([watch('both', undefined, 0), watch('both', undefined, 1)]);
      await stack.say('both', 'by the first', 'm1', 0);
      await stack.replies('both', 1);
      await stack.say('both', 'by the second', 'm2', 1);
      for (const log of both) await log.saw('reply', 2);
      expect(both[0]?.cursors).toEqual([1, 2, 3, 4, 5, 6]);
      expect(both[1]?.durable).toEqual(both[0]?.durable);
    });

    it('stay open through a SIGKILL of the worker, and end with one reply', async () => {
      const { stack } = scene;
      const log = await watch('killed');
      await stack.say('killed', plan({ say: LONG, chunkDelayMs: 40 }));
      await log.saw('delta', 3);
      await stack.killWorkers();
      await stack.startWorker();
      const [reply] = await log.saw('reply');
      await stack.replies('killed', 1);
      expect(log.ended).toBe(false);
      expect(typesOf(log.durable)).toEqual(['message', 'step', 'reply']);
      expect(reply?.data.text).toBe(`${LONG} [heard 1]`);
      // The next attempt writes from the start, and says so.
      const attempts = new Set(log.of('delta').map(({ data }) => data.attempt));
      expect([...attempts]).toEqual([1, 2]);
      expect(writtenBy(log.of('delta').filter(({ data }) => data.attempt === 2))).toBe(`${LONG} [heard 1]`);
    });

    it('come over the same connection to who connects while there is no worker, once there is one', async () => {
      const { stack } = scene;
      await stack.say('patient', 'hello');
      await stack.replies('patient', 1);
      await stack.killWorkers();
      const log = await watch('patient');
      // Longer than one attempt to read takes.
      await sleep(6_000);
      expect(log.events).toEqual([]);
      await stack.startWorker();
      await log.saw('reply');
      expect([log.ended, log.cursors]).toEqual([false, [1, 2, 3]]);
    });

    it('stay open through a SIGKILL of Temporal', async () => {
      const { stack } = scene;
      const log = await watch('server');
      await stack.say('server', 'before');
      await log.saw('reply');
      await stack.temporal.kill();
      await stack.startTemporal();
      await eventually(async () => (await stack.say('server', 'after', 'm2')).ok);
      await log.saw('reply', 2);
      expect(log.ended).toBe(false);
      expect(log.cursors).toEqual([1, 2, 3, 4, 5, 6]);
    });

    it('show a reader who comes late what is already written', async () => {
      const { stack } = scene;
      const first = await watch('late');
      await stack.say('late', plan({ say: LONG, chunkDelayMs: 60 }));
      await first.saw('delta', 5);
      const late = await watch('late');
      await late.saw('reply');
      expect(writtenBy(late.of('delta'))).toBe(`${LONG} [heard 1]`);
    });
  });

  describe('waiting for the reply', () => {
    it('answers with it, and again with the same one when the message comes again', async () => {
      const first = await post('waited', '?wait=30', { id: 'm1', text: 'hello' });
      expect(first.status).toBe(200);
      const { reply, ...accepted } = (await first.json()) as { reply: object };
      expect(accepted).toEqual({ conversation: 'web/waited', message: 'm1', duplicate: false });
      expect(reply).toMatchObject({ status: 'answered', text: 'echo: hello [heard 1]', answers: ['m1'] });
      const second = await post('waited', '?wait=30', { id: 'm2', text: 'bye' });
      expect(await second.json()).toMatchObject({
        reply: { text: 'echo: bye [heard 2]', answers: ['m2'] },
      });
      const again = await post('waited', '?wait=30', { id: 'm1', text: 'hello' });
      expect(again.status).toBe(200);
      expect(await again.json()).toEqual({ ...accepted, duplicate: true, reply });
    });

    it('is over when the time is, and the message stays taken in', async () => {
      const slow = await post('slow', '?wait=1', { id: 'm1', text: plan({ delayMs: 2_500 }) });
      expect(slow.status).toBe(202);
      expect(await slow.json()).toEqual({ conversation: 'web/slow', message: 'm1', duplicate: false });
      await scene.stack.replies('slow', 1);
    });
  });

  it('lists conversations by platform and status', async () => {
    const { stack, telegram } = scene;
    telegram.say(9101, 'hello');
    await stack.replies('telegram/9101', 1);
    await stack.say('busy', plan({ steps: [[['look_up', { holdMs: 4_000 }]]] }));
    // Visibility follows a moment later.
    await eventually(async () => (await list('?status=running')).includes('web/busy'));
    expect(await list('?platform=telegram')).toEqual(['telegram/9101']);
    expect(await list('?platform=web&status=running')).toEqual(['web/busy']);
    expect(await list('?platform=web')).not.toContain('telegram/9101');
    expect(await list('?limit=1')).toHaveLength(1);
    expect((await fetch(`${stack.url()}/v1/conversations?status=dead`)).status).toBe(400);
    await stack.replies('busy', 1);
    await eventually(async () => (await list('?status=running')).length === 0);
  });
});

describe('the HTTP API with keys', () => {
  let scene: Scene;
  const KEYS = ['the-first-key', 'the-second-key'];

  beforeAll(async () => {
    scene = await startScene({ env: { HOLDFAST_API_KEYS: KEYS.join(',') } });
  });
  afterAll(() => scene?.stop());

  const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

  it('answers who has one of them, and nobody else', async () => {
    const url = scene.stack.url();
    const send = (headers: object) =>
      fetch(`${url}/v1/conversations/keyed/messages?wait=30`, {
        method: 'POST',
        headers: { ...JSON_TYPE, ...headers },
        body: JSON.stringify({ text: 'hello' }),
      });
    const stranger = [{}, bearer('wrong'), bearer(''), { authorization: KEYS[0] ?? '' }];
    for (const headers of stranger) {
      for (const response of [
        await send(headers),
        await fetch(`${url}/v1/conversations`, { headers }),
        await fetch(`${url}/v1/conversations/keyed`, { headers }),
        await fetch(`${url}/v1/conversations/keyed/events`, { headers }),
      ]) {
        expect(response.status).toBe(401);
        expect(response.headers.get('www-authenticate')).toBe('Bearer');
        expect(await response.json()).toMatchObject({ error: { code: 'unauthorized' } });
      }
    }
    for (const key of KEYS) expect((await send(bearer(key))).status).toBe(200);
    const known = { headers: bearer(KEYS[0] ?? '') };
    expect((await fetch(`${url}/v1/conversations`, known)).status).toBe(200);
    const seen = (await (await fetch(`${url}/v1/conversations/keyed`, known)).json()) as { turns: number };
    expect(seen.turns).toBe(2);
    const log = await EventLog.open(`${url}/v1/conversations/keyed/events`, known.headers);
    await log.saw('reply', 2);
    log.close();
    for (const open of ['/healthz', '/readyz']) expect((await fetch(`${url}${open}`)).status).toBe(200);
  });

  it('tells programs made for OpenAI of a wrong key in the form that they know', async () => {
    const client = (apiKey: string) => new OpenAI({ apiKey, baseURL: `${scene.stack.url()}/v1` });
    await expect(client('wrong').models.list()).rejects.toMatchObject({
      status: 401,
      code: 'unauthorized',
      type: 'invalid_request_error',
      param: null,
    });
    expect((await client(KEYS[1] ?? '').models.list()).data).not.toEqual([]);
  });

  it('takes live events from workers only', async () => {
    const url = scene.stack.url();
    const known = bearer(KEYS[0] ?? '');
    await fetch(`${url}/v1/conversations/live/messages`, {
      method: 'POST',
      headers: { ...JSON_TYPE, ...known },
      body: JSON.stringify({ text: plan({ delayMs: 5_000, say: 'done' }) }),
    });
    const log = await EventLog.open(`${url}/v1/conversations/live/events`, known);
    await log.saw('message');
    const delta = { kind: 'delta', conversation: 'web/live', turn: 1, step: 1, attempt: 1, offset: 0 };
    const push = async (key: string | undefined, body: object) => {
      const headers = { ...JSON_TYPE, ...(key === undefined ? {} : bearer(key)) };
      const init = { method: 'POST', headers, body: JSON.stringify(body) };
      return (await fetch(`${url}/internal/live`, init)).status;
    };
    for (const key of [undefined, 'wrong', ...KEYS])
      expect(await push(key, { ...delta, text: 'forged' })).toBe(401);
    expect(await push('internal-key-of-the-tests', { ...delta, text: 7 })).toBe(400);
    expect(await push('internal-key-of-the-tests', { ...delta, text: 'true' })).toBe(204);
    await log.saw('delta');
    await log.saw('reply');
    const texts = log.of('delta').map(({ data }) => data.text);
    expect(texts).toContain('true');
    expect(texts).not.toContain('forged');
    log.close();
  });
});
