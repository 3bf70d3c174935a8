import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../activities/memory-store.ts';
import { EventLog, type LoggedEvent } from '../support/event-log.ts';
import { eventually } from '../support/eventually.ts';
import { answer, asksForSummary, factsUpTo, said } from '../support/long-talk.ts';
import { type Scene, startScene } from '../support/scene.ts';

const TURNS = 1_000;
/** Messages that are sent at a time; each waits for its turn. More than a summary leaves of them, so that not all are in the transcript any more. */
const GROUP = 25;
/** Turns after which somebody looks in again who has not watched meanwhile; runs of the conversation have come and gone. */
const LOOKS_IN = 250;
/** Turns in whose neighbourhood the worker is killed; a turn with many steps is among them. */
const KILLS = [140, 340, 560, 760, 960];
/** Tokens: a summary is due every few dozen turns, and within each of the long ones. */
const WINDOW = 2_400;
/** Remembered before the first turn. */
const PINNED = 'The vault opens with the blue key.';
const MOST_BYTES = 2 * 1024 * 1024;
const MOST_EVENTS = 2_000;

describe(`a conversation of ${TURNS} turns in a small window`, () => {
  let scene: Scene;
  const conversation = 'thousand';

  beforeAll(async () => {
    scene = await startScene({ env: { CONTEXT_WINDOW: String(WINDOW), WHILE_BUSY: 'queue' } });
    scene.model.script = answer;
    const pinned = { text: PINNED, by: 'a test', key: 'pinned' };
    const store = createMemoryStore(scene.stack.client);
    await store.remember(`conversation/web/${conversation}`, pinned, AbortSignal.timeout(20_000));
  });
  afterAll(() => scene?.stop());

  const watch = (after: number) =>
    EventLog.open(`${scene.stack.url()}/v1/conversations/${conversation}/events?after=${after}`);
  /** What somebody is told who comes back knowing this much, until they know as much as who has watched all the time. */
  async function lookIn(known: LoggedEvent[], watcher: EventLog): Promise<LoggedEvent[]> {
    const after = Number(known.at(-1)?.id);
    const log = await watch(after);
    await eventually(() => log.cursors.at(-1) === watcher.cursors.at(-1), { what: `all after ${after}` });
    log.close();
    return log.durable;
  }

  it('answers each once and in order, through summaries, new runs and killed workers, and forgets no fact', async () => {
    const { stack } = scene;
    const log = await watch(0);
    const lookedIn: LoggedEvent[] = [];
    for (let turn = 1; turn <= TURNS; turn += GROUP) {
      for (let n = turn; n < turn + GROUP; n += 1) await stack.say(conversation, said(n), `m${n}`);
      if (KILLS.some((kill) => kill >= turn && kill < turn + GROUP)) {
        await sleep(turn % 1_000);
        await stack.killWorkers();
        await stack.startWorker();
      }
      await log.saw('reply', turn + GROUP - 1);
      if (turn === 1) lookedIn.push(...log.durable);
      else if (turn % LOOKS_IN === 1) lookedIn.push(...(await lookIn(lookedIn, log)));
    }
    lookedIn.push(...(await lookIn(lookedIn, log)));
    log.close();
    expect(lookedIn).toEqual(log.durable);

    const replies = log.of('reply').map(({ data }) => data);
    expect(replies.map(({ text }) => text?.replace(/:.*/, ''))).toEqual(
      Array.from({ length: TURNS }, (_, index) => `answer ${index + 1}`),
    );
    expect(replies.map(({ answers }) => answers)).toEqual(
      Array.from({ length: TURNS }, (_, index) => [`m${index + 1}`]),
    );
    for (let turn = 100; turn <= TURNS; turn += 100)
      expect(replies[turn - 1]?.text).toBe(`answer ${turn}: ${factsUpTo(turn).join(', ')}`);
  }, 900_000);

  it('shows the model a well-formed transcript in every request, within its window', () => {
    const { requests, refused } = scene.model;
    // The fake refuses a result without its call and a call without its result, as providers do.
    expect(refused).toEqual([]);
    const summaries = requests.filter(asksForSummary);
    expect(summaries.length).toBeGreaterThan(20);
    for (const request of requests) {
      const roles = request.messages.map(({ role }) => role);
      expect(roles.slice(0, 2)).toEqual(['system', 'user']);
      expect(roles.lastIndexOf('system')).toBe(0);
      if (!asksForSummary(request)) expect(request.messages[0]?.text).toContain(PINNED);
      expect(['user', 'tool']).toContain(roles.at(-1));
      expect(JSON.stringify(request.messages).length / 4).toBeLessThan(WINDOW);
    }
  });

  it('was summarised within turns as well as between them', () => {
    const { requests } = scene.model;
    const after = requests.filter((_, index) => asksForSummary(requests[index - 1]));
    const goesOn = (role: string) => after.filter(({ messages }) => messages.at(-1)?.role === role);
    expect(goesOn('tool').length).toBeGreaterThan(5);
    expect(goesOn('user').length).toBeGreaterThan(5);
  });

  it('kept every run short', async () => {
    const { workflow } = scene.stack.client;
    const runs = [];
    for await (const { workflowId, runId } of workflow.list({
      query: `WorkflowId = 'web/${conversation}'`,
    })) {
      const { historyLength, historySize = 0 } = await workflow.getHandle(workflowId, runId).describe();
      runs.push({ events: historyLength, bytes: historySize });
    }
    expect(runs.length).toBeGreaterThan(5);
    expect(Math.min(...runs.map(({ bytes }) => bytes))).toBeGreaterThan(0);
    expect(Math.max(...runs.map(({ bytes }) => bytes))).toBeLessThan(MOST_BYTES);
    expect(Math.max(...runs.map(({ events }) => events))).toBeLessThan(MOST_EVENTS);
  });

  it('leaves histories that replay', async () => {
    expect(await scene.stack.replayAll()).toBeGreaterThan(5);
  }, 120_000);
});
