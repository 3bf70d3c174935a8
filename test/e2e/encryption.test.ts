import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { scan } from '../../doctor/scan.ts';
import { createKey } from '../encryption/create-key.ts';
import { changedBuild } from '../support/build.ts';
import { eventually } from '../support/eventually.ts';
import { followPlan, plan } from '../support/plan.ts';
import { runCli } from '../support/run-cli.ts';
import { type Scene, startScene } from '../support/scene.ts';

const BOSS = { from: 42, name: 'Boss' };
const [one, two] = [`one:${createKey()}`, `two:${createKey()}`];
const withKeys = (keys: string) => ({ env: { HOLDFAST_ENCRYPTION_KEYS: keys } });
const PLAIN = withKeys('');
/** So that what a conversation carries into its next run is stored too. */
const SHORT_RUN = 60;
/** What the bad version cannot bear. */
const POISON = 'Quicksilver';

/** What people, models and tools say is stored only encrypted, by whatever way it comes to be stored. */
describe('encryption', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await startScene({
      ...withKeys(`${two},${one}`),
      dynamicConfig: { 'limit.historyCount.suggestContinueAsNew': SHORT_RUN },
    });
    scene.model.script = (request) => {
      const [, refused] = /^refuse (\w+)/.exec(request.messages.at(-1)?.text ?? '') ?? [];
      const isFirst = scene.model.requests.filter(({ body }) =>
        JSON.stringify(body).includes(`refuse ${refused}`),
      );
      return refused && isFirst.length === 1
        ? { status: 500, body: JSON.stringify({ error: { message: refused } }) }
        : followPlan(request);
    };
  });
  afterAll(() => scene?.stop());

  async function restart(options: { env: { HOLDFAST_ENCRYPTION_KEYS: string } }): Promise<void> {
    const { stack } = scene;
    await Promise.all([stack.killGateways(), stack.killWorkers()]);
    await Promise.all([stack.startGateway(0, options), stack.startWorker(options)]);
    await stack.ready();
  }

  /** Which of these texts are in the bytes of Temporal's database. */
  async function stored(texts: string[]): Promise<string[]> {
    const { home } = scene.stack;
    const names = (await readdir(home)).filter((name) => name.startsWith('temporal.db'));
    expect(names).toContain('temporal.db-wal');
    const files = await Promise.all(names.map((name) => readFile(path.join(home, name))));
    return texts.filter((text) => files.some((bytes) => bytes.includes(text)));
  }

  /** One of everything that is stored, each with a word of its own; returns the words. */
  async function live(chat: number, stem: string): Promise<string[]> {
    const { stack, telegram } = scene;
    const words: string[] = [];
    const word = (what: string) => {
      words.push(stem + what);
      return stem + what;
    };
    const ann = { from: chat, name: word('Sender') };
    const conversation = `telegram/${chat}`;
    let said = 0;
    const say = async (text: string) => {
      telegram.say(chat, text, ann);
      await stack.replies(conversation, (said += 1));
    };
    await say(word('Message'));
    await say(
      plan({ steps: [[['look_up', { tag: word('Input') }]]], first: word('Thought'), say: word('Answer') }),
    );
    await say(plan({ steps: [[['fail_with', { text: word('ToolError') }]]] }));
    await say(`refuse ${word('ModelError')}`);
    await say(plan({ steps: [[['remember', { text: word('Fact'), about: 'person' }]]] }));
    await say(`/remind in 2 hours ${word('Reminder')}`);
    await say(plan({ steps: [[['delegate', { task: plan({ say: word('Task') }) }]]] }));
    await telegram.waitFor(
      chat,
      ({ text }) => text.includes(`${stem}Task`) && text.includes('report of task'),
    );
    said = (await stack.replies(conversation, said + 1)).length;
    telegram.say(chat, plan({ steps: [[['charge', { tag: word('Charge') }]]], say: word('Charged') }), ann);
    await telegram.waitFor(chat, ({ buttons }) => buttons?.includes('Approve') === true);
    telegram.press(chat, 'Approve', BOSS);
    await telegram.waitFor(chat, ({ text }) => text.startsWith(`${stem}Charged`));
    return words;
  }

  it('without keys, all of it can be read in the database', async () => {
    await restart(PLAIN);
    const words = await live(8801, 'Ytterbium');
    expect(await stored(words)).toEqual(words);
  }, 120_000);

  it('with a key, nothing of it can, beside who talks where; what was said before is known', async () => {
    await restart(withKeys(one));
    const words = await live(8802, 'Xanthophyll');
    expect(await stored([...words, 'telegram/8802'])).toEqual(['telegram/8802']);
    const { stack, telegram } = scene;
    telegram.say(8801, 'are you still there?');
    await telegram.waitFor(8801, ({ text }) => text.includes('are you still there? [heard 9]'));
    const { transcript } = await stack.read('telegram/8801');
    expect(JSON.stringify(transcript)).toContain('YtterbiumMessage');
    expect(await stored(['are you still there?'])).toEqual([]);
  }, 120_000);

  it('a turn goes on after a SIGKILL of its worker', async () => {
    const { stack, ledger } = scene;
    await restart(withKeys(one));
    await stack.say(
      'killed',
      plan({ steps: [[['look_up', { tag: 'killed', holdMs: 3_000 }]]], say: 'looked up' }),
    );
    await ledger.next(({ tag }) => tag === 'killed', 30_000);
    await stack.killWorkers();
    await stack.startWorker(withKeys(one));
    expect((await stack.replies('killed', 1))[0]?.text).toBe('looked up [heard 1]');
  }, 120_000);

  it('a new key may be put in front in the middle of a turn; without the old one, it is asked for by its name', async () => {
    const { stack, ledger } = scene;
    await restart(withKeys(one));
    await stack.say(
      'rotated',
      plan({ steps: [[['look_up', { tag: 'rotated', holdMs: 4_000 }]]], say: 'turned' }),
    );
    await ledger.next(({ tag }) => tag === 'rotated', 30_000);
    await restart(withKeys(`${two},${one}`));
    expect((await stack.replies('rotated', 1))[0]?.text).toBe('turned [heard 1]');
    const { events } = await stack.client.workflow.getHandle('web/rotated').fetchHistory();
    // Temporal's JSON has bytes in base64.
    const used = JSON.stringify(events).matchAll(/"encryption-key-id":"([\w=]+)"/g);
    const ids = Array.from(used, ([, id = '']) => Buffer.from(id, 'base64').toString());
    expect(new Set(ids)).toEqual(new Set(['one', 'two']));

    await restart(withKeys(two));
    await stack.say('rotated', 'still there?');
    await eventually(
      async () =>
        (await scan(stack.client, 'all')).failing[0]?.reason.includes('the key "one", which is not in'),
      { what: 'the doctor names the key that is missing' },
    );
    const asked = await runCli(['schedules'], {
      ...withKeys(two).env,
      TEMPORAL_ADDRESS: stack.temporalAddress,
    });
    expect(asked).toMatchObject({ code: 1, stdout: '' });
    expect(asked.stderr).toContain('the key "one", which is not in HOLDFAST_ENCRYPTION_KEYS');

    await restart(withKeys(`${two},${one}`));
    expect((await stack.replies('rotated', 2, 60_000))[1]?.text).toBe('echo: still there? [heard 2]');
  }, 240_000);

  it('commands and the doctor read what is stored, with the keys', async () => {
    const { stack } = scene;
    const env = {
      ...withKeys(`${two},${one}`).env,
      TEMPORAL_ADDRESS: stack.temporalAddress,
      HOLDFAST_HOME: inject('scratch'),
    };
    expect((await runCli(['schedules'], env)).stdout).toContain('XanthophyllReminder');
    const without = await runCli(['schedules'], { ...env, ...PLAIN.env });
    expect(without).toMatchObject({ code: 1, stdout: '' });
    expect(without.stderr).toContain('set HOLDFAST_ENCRYPTION_KEYS as for gateways and workers');
    expect(await runCli(['doctor'], env)).toMatchObject({ code: 0 });
  }, 120_000);

  it('what workflow code throws is encrypted, and read by who finds the message that made it throw', async () => {
    const { stack } = scene;
    const build = await changedBuild(inject('scratch'), [
      {
        file: 'workflows/entity.ts',
        from: 'const charges = new Charges(this.start, messages);',
        to: `const charges = new Charges(this.start, messages);
    for (const { message } of messages) if (message.text.includes('${POISON}')) throw new Error(message.text);`,
      },
    ]);
    await stack.killWorkers();
    await stack.startWorker({ build, ...withKeys(`${two},${one}`) });
    await stack.say('poisoned', `${POISON} is bad for you`, 'bad');
    await eventually(async () =>
      (await scan(stack.client, 'all')).failing[0]?.reason.startsWith(`${POISON} is bad for you`),
    );
    const [reply] = await stack.replies('poisoned', 1, 120_000);
    expect(reply).toMatchObject({ status: 'failed', answers: ['bad'] });
    expect(await stored([POISON])).toEqual([]);
  }, 240_000);

  it('histories replay', async () => {
    expect(await scene.stack.replayAll()).toBeGreaterThan(5);
    expect(await scene.stack.replayAll('memory')).toBeGreaterThan(1);
  });
});
