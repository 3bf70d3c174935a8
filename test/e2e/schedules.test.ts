import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createScheduleStore } from '../../activities/schedule-store.ts';
import { view } from '../../contract/signals.ts';
import { Child } from '../support/child.ts';
import { eventually } from '../support/eventually.ts';
import { plan } from '../support/plan.ts';
import { type Scene, startScene } from '../support/scene.ts';

const DYING = fileURLToPath(new URL('./stand-ins/worker-that-dies.ts', import.meta.url));
const CLI = fileURLToPath(new URL('../../cli/holdfast.ts', import.meta.url));
const run = promisify(execFile);
const MADE = /^I will remind you .*\/schedules remove ([0-9a-f]{8})$/s;
const LATE_BY_MS = 10_000;
/** How often the worker is killed while reminders are due. */
const KILLS = 8;

/** Reminders and schedules of people on Telegram, with real processes that are killed. */
describe('schedules', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await startScene();
  });
  afterAll(() => scene?.stop());

  const texts = (chat: number) => scene.telegram.messages(chat, 'bot').map(({ text }) => text);
  const reminders = (chat: number) => texts(chat).filter((text) => text.startsWith('⏰'));

  /** Says `/remind …`, and returns the id of what was made. */
  async function remind(chat: number, words: string): Promise<string> {
    const { telegram } = scene;
    const before = telegram.messages(chat, 'bot').length;
    telegram.say(chat, `/remind ${words}`);
    const made = await eventually(() => telegram.messages(chat, 'bot')[before]);
    return MADE.exec(made.text)?.[1] ?? made.text;
  }

  async function cli(...args: string[]): Promise<string> {
    const env = { PATH: process.env.PATH, TEMPORAL_ADDRESS: scene.stack.temporalAddress };
    const { stdout } = await run(process.execPath, [CLI, ...args], { env });
    return stdout.trim();
  }

  it('a reminder comes on time, once, and is over', async () => {
    const { telegram, stack } = scene;
    const due = Date.now() + 4_000;
    telegram.say(8001, '/remind in 4 seconds take the bread out');
    await telegram.waitFor(8001, ({ text }) => text.startsWith('⏰'));
    expect(Date.now()).toBeGreaterThan(due - 1_500);
    expect(Date.now()).toBeLessThan(due + LATE_BY_MS);
    await sleep(2_000);
    expect(reminders(8001)).toEqual(['⏰ take the bread out']);
    expect(await createScheduleStore(stack.client).list('telegram/8001')).toEqual([]);
  });

  it('the agent schedules by its tool, as a message and as a turn', async () => {
    const { telegram, stack } = scene;
    const steps: [string, object][] = [
      ['schedule', { text: 'stretch', as: 'message', in: '3 seconds' }],
      ['schedule', { text: 'look at the oven', as: 'turn', in: '3 seconds' }],
    ];
    telegram.say(8002, plan({ steps: [steps], say: 'both made' }));
    await stack.replies('telegram/8002', 3);
    expect(reminders(8002)).toEqual(['⏰ stretch']);
    const answer = texts(8002).find((text) => text.startsWith('echo:'));
    expect(answer).toMatch(
      /^echo: \[Not written just now: this is the schedule [0-9a-f]{8}, due .*look at the oven \[heard 2\]$/s,
    );
  });

  it('what is removed never comes; a conversation sees and removes only its own', async () => {
    const { telegram } = scene;
    const id = await remind(8003, 'in 6 seconds never said');
    const other = await remind(8004, 'every day at 9 somebody else’s');
    telegram.say(8003, '/schedules');
    const list = await telegram.waitFor(8003, ({ text }) => text.includes('Schedules here'));
    expect(list.text).toContain(`${id} on `);
    expect(list.text).toContain('a message: never said');
    expect(list.text).not.toContain(other);
    telegram.say(8003, `/schedules remove ${other}`);
    await telegram.waitFor(8003, ({ text }) => text.includes('There is no schedule'));
    telegram.say(8003, `/schedules remove ${id}`);
    await telegram.waitFor(8003, ({ text }) => text.includes('Removed'));
    telegram.say(8003, '/schedules');
    await telegram.waitFor(8003, ({ text }) => text === 'There are no schedules here.');
    await sleep(8_000);
    expect(reminders(8003)).toEqual([]);
    telegram.say(8004, '/schedules');
    expect((await telegram.waitFor(8004, ({ text }) => text.includes('Schedules here'))).text).toContain(
      other,
    );
  });

  it('the command line lists those of all conversations, and removes one', async () => {
    const id = await remind(8005, 'every weekday at 8:30 stand-up');
    const name = `telegram/8005/${id}`;
    expect(await cli('schedules')).toMatch(
      new RegExp(String.raw`^${name}\n  every weekday at 08:30 \(.*\), next .*\n  a message: stand-up$`, 'm'),
    );
    const all = JSON.parse(await cli('schedules', 'list', '--json')) as { id: string; next: string }[];
    const listed = all.find((schedule) => schedule.id === name);
    expect(listed).toMatchObject({
      conversation: 'telegram/8005',
      text: 'stand-up',
      as: 'message',
      timing: { cron: '30 8 * * 1-5' },
    });
    expect(Date.parse(listed?.next ?? '')).toBeGreaterThan(Date.now());
    expect(await cli('schedules', 'remove', name)).toBe(`Removed ${name}.`);
    await expect(cli('schedules', 'remove', name)).rejects.toThrow(`There is no schedule ${name}`);
    expect(await cli('schedules')).not.toContain(name);
  });

  it('the worker dies after it made a schedule, before that was recorded: there is one', async () => {
    const { stack } = scene;
    // Few milliseconds lie between the two: it is tried until a kill has come there.
    for (let tries = 0; tries < 20; tries += 1) if ((await attemptsWithKill(stack)) > 1) return;
    expect.unreachable('no kill came between the making and its record');
  }, 240_000);

  /** Has a schedule made, and the worker killed the moment it is there; the most attempts that one of its activities took. */
  async function attemptsWithKill(stack: Scene['stack']): Promise<number> {
    const conversation = `web/${crypto.randomUUID()}`;
    await stack.say(
      conversation,
      plan({ steps: [[['schedule', { text: 'once', as: 'message', in: '1 hour' }]]] }),
    );
    const handle = stack.client.workflow.getHandle(conversation);
    const { runId } = await eventually(() => handle.describe());
    const id = createHash('sha256').update(`${conversation}\n${runId}.t1.s1.0`).digest('hex').slice(0, 8);
    const made = () =>
      stack.client.schedule
        .getHandle(`${conversation}/${id}`)
        .describe()
        .then(
          () => true,
          () => false,
        );
    while (!(await made()));
    await stack.killWorkers();
    await stack.startWorker();
    await stack.replies(conversation, 1);
    const { transcript } = await stack.read(conversation);
    expect(transcript.find(({ kind }) => kind === 'tool')).toMatchObject({
      outcome: 'ok',
      output: expect.stringContaining(id),
    });
    expect((await createScheduleStore(stack.client).list(conversation)).map((one) => one.id)).toEqual([id]);
    const { events } = await handle.fetchHistory();
    const attempts = events?.flatMap((event) => event.activityTaskStartedEventAttributes?.attempt ?? []);
    return Math.max(...(attempts ?? []).map(Number));
  }

  it('the worker dies when it has put a reminder there, before that was recorded: it is told once', async () => {
    const { stack, telegram } = scene;
    const id = await remind(8008, 'in 15 seconds take the bread out');
    await stack.killWorkers();
    const dying = new Child(process.execPath, [DYING], {
      TEMPORAL_ADDRESS: stack.temporalAddress,
      WORKFLOW_BUNDLE: inject('workflowBundle'),
    });
    await eventually(() => dying.ended, { ms: 60_000, what: () => `it dies; its output: ${dying.output}` });
    await stack.startWorker();
    await telegram.waitFor(8008, ({ text }) => text.startsWith('⏰'));
    await eventually(
      async () => (await createScheduleStore(stack.client).list('telegram/8008')).length === 0,
    );
    await sleep(2_000);
    expect(reminders(8008)).toEqual(['⏰ take the bread out']);
    const { entries } = await stack.client.workflow.getHandle('telegram/8008').query(view, 0);
    expect(entries.filter((entry) => entry.kind === 'user' && entry.id === `schedule/${id}`)).toHaveLength(1);
    // It was put there twice all the same.
    const { events = [] } = await stack.client.workflow.getHandle('telegram/8008').fetchHistory();
    const signals = (events ?? []).filter((event) =>
      JSON.stringify(
        event.workflowExecutionSignaledEventAttributes?.input?.payloads?.map(({ data }) =>
          Buffer.from(data ?? []).toString(),
        ) ?? '',
      ).includes(`schedule/${id}`),
    );
    expect(signals).toHaveLength(2);
  });

  it('the worker dies while Telegram has a reminder and holds its answer: it is found, and not sent again', async () => {
    const { stack, telegram } = scene;
    await remind(8006, 'in 8 seconds take the bread out');
    telegram.say(8007, 'hello');
    await telegram.waitFor(8007);
    telegram.hold('sendMessage');
    await telegram.waitFor(8006, ({ text }) => text.startsWith('⏰'));
    await stack.killWorkers();
    telegram.heal();
    telegram.say(8006, 'thanks');
    await stack.startWorker();
    await stack.replies('telegram/8006', 3);
    expect(texts(8006).slice(1)).toEqual(['⏰ take the bread out', 'echo: thanks [heard 1]']);
    expect(texts(8007)).toEqual(['echo: hello [heard 1]']);
  });

  it('the worker dies again and again while reminders are due: each comes once', async () => {
    const { stack, telegram } = scene;
    const chats = Array.from({ length: 10 }, (_, index) => 8100 + index);
    // Each send takes a while, so that some deaths come in the middle of one.
    telegram.delay('sendMessage', 150, 10_000);
    await Promise.all(chats.map((chat, index) => remind(chat, `in ${15 + 2 * index} seconds chat ${chat}`)));
    await sleep(8_000);
    for (let kill = 0; kill < KILLS; kill += 1) {
      await sleep(Math.random() * 1_500);
      await stack.killWorkers();
      await stack.startWorker();
    }
    await eventually(() => chats.every((chat) => reminders(chat).length > 0), {
      ms: 90_000,
      what: 'all came',
    });
    await sleep(5_000);
    telegram.heal();
    for (const chat of chats) expect(reminders(chat)).toEqual([`⏰ chat ${chat}`]);
    for (const chat of chats)
      expect(await createScheduleStore(stack.client).list(`telegram/${chat}`)).toEqual([]);
  }, 240_000);

  it('leaves histories that replay', async () => {
    expect(await scene.stack.replayAll()).toBeGreaterThan(10);
  });
});
