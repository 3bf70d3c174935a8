import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { facts } from '../../contract/memory.ts';
import { eventually } from '../support/eventually.ts';
import { plan } from '../support/plan.ts';
import { type Scene, startScene } from '../support/scene.ts';

/** Events after which the server suggests continue-as-new, so that these tests cross it. */
const SHORT_RUN = 60;
const ROUNDS = 6;

/** What is remembered outlives conversations, and every process. */
describe('memory', () => {
  let scene: Scene;
  let chat = 9100;
  /** Everybody here is somebody new, with their own memory. */
  let ann: { from: number; name: string };

  beforeAll(async () => {
    scene = await startScene({
      dynamicConfig: { 'limit.historyCount.suggestContinueAsNew': SHORT_RUN },
    });
  });
  afterAll(() => scene?.stop());
  beforeEach(() => {
    chat += 10;
    ann = { from: chat, name: 'Ann' };
    scene.model.requests.length = 0;
  });

  const remember = (text: string, about = 'person') => plan({ steps: [[['remember', { text, about }]]] });
  /** Says something and waits for the answer to it. */
  async function say(text: string, place = chat, who = ann): Promise<string> {
    const { stack, telegram } = scene;
    const { seq: before } = await stack.read(`telegram/${place}`).catch(() => ({ seq: 0 }));
    await telegram.say(place, text, who).delivered;
    return eventually(async () => {
      const { transcript } = await stack.read(`telegram/${place}`);
      return transcript.find((entry) => entry.kind === 'reply' && entry.seq > before);
    }).then((entry) => ('text' in entry ? entry.text : ''));
  }
  /** The system prompt of the model's latest request. */
  const system = () =>
    scene.model.requests.at(-1)?.messages.find(({ role }) => role === 'system')?.text ?? '';
  const kept = async (owner: string) =>
    (await scene.stack.client.workflow.getHandle(`memory/${owner}`).query(facts)).map(({ text }) => text);

  async function killEverythingAndStart(): Promise<void> {
    const { stack } = scene;
    await stack.killAll();
    await stack.startAll();
  }

  it('is there after the death of everything, in each conversation of the person, and in no other', async () => {
    await say(remember('my cat is called Mia'));
    await say(remember('the office is in Bonn', 'conversation'));
    await killEverythingAndStart();
    await say('hello', chat + 1);
    expect(system()).toMatch(/You are under test\.[^]*my cat is called Mia/);
    expect(system()).not.toContain('Bonn');
    const bob = { from: chat + 5, name: 'Bob' };
    await say('hello', chat + 2, bob);
    expect(system()).toBe('You are under test.');
    await say('hello', chat, bob);
    expect(system()).toContain('Bonn');
    expect(system()).not.toContain('Mia');
  });

  it('outlives /new and the runs of its conversation', async () => {
    const { client } = scene.stack;
    await say(remember('my cat is called Mia'));
    await say('/new');
    const run = async () => (await client.workflow.getHandle(`telegram/${chat}`).describe()).runId;
    const first = await run();
    for (let n = 0; n < 20 && (await run()) === first; n += 1) await say(`message ${n}`);
    expect(await run()).not.toBe(first);
    const answer = await say('the last');
    expect(answer).toMatch(/^echo: the last/);
    expect(system()).toContain('my cat is called Mia');
    const said = scene.model.requests.at(-1)?.messages.filter(({ role }) => role === 'user') ?? [];
    expect(said.some(({ text }) => text.includes('Mia'))).toBe(false);
  });

  it(`is written once, whenever its worker or everything dies (${ROUNDS} times)`, async () => {
    const { stack, telegram, model } = scene;
    const owner = `person/telegram:${ann.from}`;
    for (let round = 1; round <= ROUNDS; round += 1) {
      const place = chat + round - 1;
      model.requests.length = 0;
      await telegram.say(place, remember(`fact ${round}`), ann).delivered;
      await eventually(() => model.requests.length > 0);
      // At any instant up to the one when it has just been written, and nobody was told yet.
      const written = async () => {
        while (!(await kept(owner).catch((): string[] => [])).includes(`fact ${round}`)) await sleep(1);
      };
      await (round % 2 ? written() : sleep(Math.random() * 250));
      if (round % 3 === 0) await killEverythingAndStart();
      else {
        await stack.killWorkers();
        await stack.startWorker();
      }
      await stack.replies(`telegram/${place}`, 1, 60_000);
      const { transcript } = await stack.read(`telegram/${place}`);
      const result = transcript.find(({ kind }) => kind === 'tool');
      expect(result).toMatchObject({ outcome: 'ok', output: `Remembered as p${round}.` });
    }
    const all = Array.from({ length: ROUNDS }, (_, index) => `fact ${index + 1}`);
    expect(await kept(owner)).toEqual(all);
  }, 240_000);

  it('is shown and erased by who it is of', async () => {
    await say(remember('my cat is called Mia'));
    await say(remember('I like tea'));
    expect(await say('/memory')).toMatch(/p1` my cat is called Mia[^]*p2` I like tea/);
    await say('/memory forget p2');
    expect(await kept(`person/telegram:${ann.from}`)).toEqual(['my cat is called Mia']);
    expect(await say('/memory erase', chat + 1)).toContain('Erased');
    expect(await kept(`person/telegram:${ann.from}`)).toEqual([]);
    await say('hello', chat + 1);
    expect(system()).toBe('You are under test.');
    expect(await say('/memory', chat + 1)).toContain('I remember nothing of you.');
  });

  it('is one for the operator in the web chat and the HTTP API', async () => {
    const { stack } = scene;
    await stack.say('memory-1', remember('I am the boss'));
    await stack.replies('memory-1', 1);
    await stack.say('memory-2', 'hello');
    await stack.replies('memory-2', 1);
    expect(system()).toContain('I am the boss');
    expect(await kept('person/operator')).toEqual(['I am the boss']);
  });

  it('leaves histories that replay', async () => {
    expect(await scene.stack.replayAll()).toBeGreaterThan(5);
    expect(await scene.stack.replayAll('memory')).toBeGreaterThan(4);
  });
});
