import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { taskWorkflowId } from '../../contract/task.ts';
import { eventually } from '../support/eventually.ts';
import { type Plan, plan } from '../support/plan.ts';
import { type Scene, startScene } from '../support/scene.ts';

const BOSS = { from: 42, name: 'Boss' };

/** Sub-agents work on while their conversation chats, through the death of everything, and are heard of once. */
describe('tasks of sub-agents', () => {
  let scene: Scene;
  let chat = 9000;

  beforeAll(async () => {
    scene = await startScene();
  });
  afterAll(() => scene?.stop());
  beforeEach(() => {
    chat += 1;
    scene.ledger.lines.length = 0;
  });

  const botTexts = () => scene.telegram.messages(chat, 'bot').map(({ text }) => text);
  /** What the bot said that tells of a task's end. */
  const reports = () => botTexts().filter((text) => text.includes('[report of task'));
  const conversation = () => `telegram/${chat}`;

  /** Somebody has the agent delegate these, and hears that they were started. */
  async function delegate(...tasks: Plan[]): Promise<void> {
    const calls = tasks.map((task): [string, object] => ['delegate', { task: plan(task) }]);
    scene.telegram.say(chat, plan({ steps: [calls], say: 'started' }));
    await scene.telegram.waitFor(chat, ({ text }) => text.startsWith('started'));
  }

  async function reported(count = 1): Promise<void> {
    const { stack } = scene;
    await eventually(() => reports().join().split('[report of task').length === count + 1, { ms: 45_000 });
    await eventually(async () => (await stack.read(conversation())).tasks.length === 0);
    await eventually(async () => (await stack.read(conversation())).status === 'idle');
  }

  async function killEverythingAndStart(): Promise<void> {
    const { stack } = scene;
    await stack.killAll();
    await stack.startAll();
  }

  it('a worker killed in the middle of its tool: it finishes and reports once, and the conversation answers meanwhile', async () => {
    const { stack, telegram, ledger } = scene;
    await delegate({ steps: [[['set_value', { holdMs: 4_000 }]]], say: 'it is stored' });
    await ledger.begun('set_value');
    expect((await stack.read(conversation())).tasks).toHaveLength(1);
    await stack.killWorkers();
    telegram.say(chat, 'are you there?');
    await stack.startWorker();
    await ledger.begun('set_value', 2);
    await telegram.waitFor(chat, ({ text }) => text.startsWith('echo: are you there?'));
    expect(reports()).toEqual([]);
    await reported();
    expect(botTexts()).toEqual([
      'started [heard 1]',
      'echo: are you there? [heard 2]',
      expect.stringMatching(/^echo: \[report of task [0-9a-f]{8}, [^]*it is stored \[heard 1\]/),
    ]);
    const begun = ledger.of('set_value', 'begin');
    expect(begun).toHaveLength(2);
    expect(new Set(begun.map(({ key }) => key)).size).toBe(1);
    expect(ledger.of('set_value', 'end')).toHaveLength(1);
    // A sub-agent is told that it is one, and is not offered to delegate further.
    const inTask = scene.model.requests.find(({ messages }) =>
      /You are a sub-agent/.test(messages[0]?.text ?? ''),
    );
    expect(inTask?.tools).toContain('set_value');
    expect(inTask?.tools).not.toContain('delegate');
    expect(scene.model.requests.at(-1)?.tools).toEqual(expect.arrayContaining(['delegate', 'cancel_task']));
  });

  it('two of them, and everything is killed twice: each finishes, and reports once', async () => {
    const { stack, ledger } = scene;
    await delegate(
      {
        steps: [[['set_value', { holdMs: 3_000 }]], [['look_up', { holdMs: 3_000 }]]],
        say: 'the first is done',
      },
      {
        steps: [[['look_up', { holdMs: 3_000 }]], [['set_value', { holdMs: 3_000 }]]],
        say: 'the second is done',
      },
    );
    await ledger.begun('set_value');
    await ledger.begun('look_up');
    await killEverythingAndStart();
    expect((await stack.read(conversation())).tasks).toHaveLength(2);
    await eventually(() => ledger.of('set_value', 'end').length + ledger.of('look_up', 'end').length >= 2);
    await killEverythingAndStart();
    await reported(2);
    await sleep(1_000);
    const told = botTexts().join('\n');
    for (const said of ['the first is done', 'the second is done']) expect(told.split(said)).toHaveLength(2);
    for (const tool of ['set_value', 'look_up'])
      expect(new Set(ledger.of(tool, 'end').map(({ key }) => key)).size).toBe(2);
  }, 120_000);

  it('a worker killed in the middle of its once tool: not run again, and the user is told that nobody knows', async () => {
    const { stack, ledger } = scene;
    await delegate({ steps: [[['pay', { holdMs: 2_000 }]]], say: 'that is all' });
    await ledger.begun('pay');
    await stack.killWorkers();
    await stack.startWorker();
    await reported();
    expect(reports()).toHaveLength(1);
    expect(reports()[0]).toContain('that is all');
    expect(reports()[0]).toMatch(/⚠️ The outcome of pay is unknown: it was cut short while it ran\./);
    expect(ledger.lines).toHaveLength(1);
  });

  it('a call that must be allowed: asked in the chat, everything is killed, and the old button lets it go on', async () => {
    const { stack, telegram, ledger } = scene;
    await delegate({ steps: [[['charge', {}]]], say: 'it is charged' });
    const asked = await telegram.waitFor(chat, ({ buttons }) => buttons?.includes('Approve') === true);
    const [task] = (await stack.read(conversation())).tasks;
    expect(asked.text).toContain(`May task ${task?.id} do this?`);
    telegram.say(chat, 'take your time');
    await telegram.waitFor(chat, ({ text }) => text.startsWith('echo: take your time'));
    await killEverythingAndStart();
    expect((await stack.read(conversation())).approvals).toMatchObject([{ tool: 'charge', task: task?.id }]);
    telegram.press(chat, 'Approve');
    await telegram.waitFor(chat, ({ text }) => text.includes('Only an approver can decide that'));
    expect(ledger.lines).toEqual([]);
    telegram.press(chat, 'Approve', BOSS);
    await reported();
    expect(reports()[0]).toContain('it is charged');
    expect(ledger.of('charge', 'end')).toHaveLength(1);
    await telegram.waitFor(chat, ({ id, text }) => id === asked.id && text.includes('Approved by Boss'));
  }, 120_000);

  it('the worker killed while Telegram holds its answer to the report: one message', async () => {
    const { stack, telegram, ledger } = scene;
    await delegate({ steps: [[['look_up', { holdMs: 1_000 }]]], say: 'found' });
    await ledger.begun('look_up');
    telegram.hold('sendMessage');
    await eventually(() => reports().length === 1);
    await stack.killWorkers();
    telegram.heal();
    await stack.startWorker();
    await reported();
    await sleep(1_000);
    expect(botTexts()).toEqual(['started [heard 1]', expect.stringContaining('found [heard 1]')]);
  });

  it('are no conversations', async () => {
    const { stack, ledger } = scene;
    await delegate({ steps: [[['look_up', { holdMs: 2_000 }]]], say: 'found' });
    await ledger.begun('look_up');
    const [task] = (await stack.read(conversation())).tasks;
    const id = taskWorkflowId(conversation(), task?.id ?? '');
    expect((await stack.client.workflow.getHandle(id).describe()).type).toBe('task');
    expect((await stack.say(id, 'hello')).status).toBe(400);
    const listed = await (await fetch(`${stack.url()}/v1/conversations?limit=1000`)).json();
    expect(JSON.stringify(listed)).toContain(conversation());
    expect(JSON.stringify(listed)).not.toContain('task:');
    await reported();
  });

  it('leave histories that replay', async () => {
    expect(await scene.stack.replayAll()).toBe(13);
  });
});
