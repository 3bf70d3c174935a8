import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { SummaryEntry } from '../../contract/transcript.ts';
import { eventually } from '../support/eventually.ts';
import { asksForSummary } from '../support/long-talk.ts';
import { followPlan, type Plan, plan } from '../support/plan.ts';
import { type Scene, startScene } from '../support/scene.ts';

const WINDOW = 10_000;
/** More than the share of the window after which a summary is due. */
const CROWDED = { input: 9_000, output: 10 };

/** The worker dies while a summary is being written: it is written again, nothing is lost, and the turn is answered once. */
describe('SIGKILL of the worker while the conversation is being summarised', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await startScene({ env: { CONTEXT_WINDOW: String(WINDOW) } });
    scene.model.script = (request) => {
      if (asksForSummary(request)) return { delayMs: 3_000, text: 'They said FACT-1.' };
      return { ...followPlan(request), usage: CROWDED };
    };
  });
  afterEach(() => {
    scene.model.requests.length = 0;
  });
  afterAll(() => scene?.stop());

  async function killDuringSummary(): Promise<void> {
    await eventually(() => scene.model.requests.some(asksForSummary), { what: 'a summary is asked for' });
    await scene.stack.killWorkers();
    await scene.stack.startWorker();
  }
  const shown = (chat: number) => scene.telegram.messages(chat, 'bot').map(({ text }) => text);
  const summaries = () => scene.model.requests.filter(asksForSummary);

  it('between turns', async () => {
    const { stack, telegram, model } = scene;
    telegram.say(8001, 'FACT-1');
    await stack.replies('telegram/8001', 1);
    telegram.say(8001, 'what do you know?');
    await killDuringSummary();
    await stack.replies('telegram/8001', 2);
    expect(summaries().length).toBeGreaterThanOrEqual(2);
    // The same, from the same entries.
    expect(new Set(summaries().map(({ messages }) => messages[1]?.text)).size).toBe(1);
    const last = model.requests.at(-1)?.messages.slice(1) ?? [];
    expect(last.map(({ role }) => role)).toEqual(['user', 'user']);
    expect(last[0]?.text).toContain('They said FACT-1.');
    expect(last[1]?.text).toBe('what do you know?');
    await sleep(500);
    expect(shown(8001)).toEqual(['echo: FACT-1 [heard 1]', 'echo: what do you know? [heard 2]']);
    const { transcript } = await stack.read('telegram/8001');
    expect(transcript.filter((entry): entry is SummaryEntry => entry.kind === 'summary')).toMatchObject([
      { text: 'They said FACT-1.', upToTurn: 1 },
    ]);
  });

  it('within a turn: what its tools did is not done again', async () => {
    const { stack, ledger, telegram, model } = scene;
    const steps: Plan['steps'] = [
      [
        ['pay', {}],
        ['look_up', {}],
      ],
      [['look_up', {}]],
    ];
    telegram.say(8002, plan({ steps, say: 'paid' }));
    await killDuringSummary();
    await stack.replies('telegram/8002', 1);
    expect(ledger.of('pay', 'begin')).toHaveLength(1);
    expect(model.refused).toEqual([]);
    const [before, after] = [summaries()[0], model.requests.at(-1)];
    expect(before?.messages[1]?.text.match(/"result":/g)).toHaveLength(2);
    expect(after?.messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'tool']);
    expect(shown(8002)).toHaveLength(1);
  });

  it('leaves histories that replay', async () => {
    expect(await scene.stack.replayAll()).toBe(2);
  });
});

/** All of it without a key. */
describe('a conversation with the demo model that outgrows its window', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await startScene({
      env: { HOLDFAST_MODEL: 'demo', CONTEXT_WINDOW: '1000', IDLE_MINUTES: '0.25' },
    });
  });
  afterAll(() => scene?.stop());

  let count = 0;
  async function ask(text: string): Promise<string> {
    await scene.stack.say('demo', text);
    count += 1;
    return (await scene.stack.replies('demo', count)).at(-1)?.text ?? '';
  }

  it('still knows what was said first, from its summary, and tells what it spent', async () => {
    await ask('the rain in Spain, and my name is Ada');
    for (const text of ['two', 'three', 'four', 'five', 'six', 'seven', 'eight']) await ask(text);
    expect(await ask('what is my name?')).toContain('Your name is Ada.');
    const { transcript } = await scene.stack.read('demo');
    expect(transcript.some(({ kind }) => kind === 'summary')).toBe(true);
    expect(await ask('what was my first message?')).toContain('the rain in Spain, and my name is Ada');
    expect(await ask('/compact')).toContain('Summarised');
    expect(await ask('what is my name?')).toContain('Your name is Ada.');
    const { usage, usageByDay } = await scene.stack.read('demo');
    expect(usage.cost).toBeCloseTo((usage.inputTokens + 5 * usage.outputTokens) / 1_000_000);
    expect(usage.inputTokens).toBeGreaterThan(2_000);
    expect(Object.keys(usageByDay).length).toBeGreaterThan(0);
  });

  it('starts afresh after an idle time, and says so', async () => {
    await sleep(16_000);
    const answer = await ask('what is my name?');
    expect(answer).toContain('You have not told me your name.');
    expect(answer).toContain('I start afresh after');
  });
});
