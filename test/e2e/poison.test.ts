import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { changedBuild } from '../support/build.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { followPlan, plan } from '../support/plan.ts';
import { type Scene, startScene } from '../support/scene.ts';
import { Slot } from '../support/slot.ts';

/** What the planted code does with a message or an answer that has one of these in it. */
const THROW = '☠ throw';
const SPIN = '☠ spin';
const EAT = '☠ eat';
/** The process that shows it to the model, or sends it, is gone. */
const DIE = '☠ die';
const UNSENT = '☠ unsent';
/** The same, for a reply that the model's own step sends. */
const UNSAID = '☠ unsaid';
/** Has the model answer with what spins: an error that is thrown there ends the turn anyway. */
const ILL = 'speak ill';

const FAULT = `
/** The planted fault. */
export function touch(text: string): void {
  if (text.includes('${THROW}')) throw new Error('the planted fault');
  if (text.includes('${SPIN}')) for (;;);
  const hoard: unknown[] = [];
  if (text.includes('${EAT}')) for (;;) hoard.push(new Array(4_000_000).fill(hoard.length));
}
`;

/** A version of holdfast whose workflow code cannot bear some texts: as it takes a message in, begins its turn, or reads an answer. */
function poisonable(): Promise<string> {
  const dies = (text: string, mark: string) =>
    `if (${text}.includes('${mark}')) process.kill(process.pid, 'SIGKILL');`;
  return changedBuild(inject('scratch'), [
    { file: 'contract/size.ts', from: 'export function bytesOf', to: `${FAULT}\nexport function bytesOf` },
    {
      file: 'workflows/inbox.ts',
      from: 'const command = commandOf(queued.message);',
      to: `if (queued.message.text.startsWith('at the door')) touch(queued.message.text);
  const command = commandOf(queued.message);`,
    },
    { file: 'workflows/inbox.ts', from: 'import { bytesOf }', to: 'import { bytesOf, touch }' },
    {
      file: 'workflows/entity.ts',
      from: 'const charges = new Charges(this.start, messages);',
      to: `const charges = new Charges(this.start, messages);
    for (const { message } of messages) touch(message.text);`,
    },
    {
      file: 'workflows/entity.ts',
      from: 'import { Charges }',
      to: "import { touch } from '../contract/size.ts';\nimport { Charges }",
    },
    {
      file: 'workflows/turn.ts',
      from: 'const calls = toolCallsOf(step.content);',
      to: `touch(JSON.stringify(step.content));
      const calls = toolCallsOf(step.content);`,
    },
    {
      file: 'workflows/turn.ts',
      from: 'import { TurnClock }',
      to: "import { touch } from '../contract/size.ts';\nimport { TurnClock }",
    },
    {
      file: 'activities/call-model.ts',
      from: 'const agent = agents.get(first.agent);',
      to: `${dies("first.entries.map((entry) => ('text' in entry ? entry.text : '')).join()", DIE)}
    const agent = agents.get(first.agent);`,
    },
    {
      file: 'activities/deliver.ts',
      from: 'const whole = replyText(entry, outbound);',
      to: `const whole = replyText(entry, outbound);
      ${dies('whole.text', UNSENT)}`,
    },
    {
      file: 'activities/take-step.ts',
      from: 'const isReply = request.mayReply',
      to: `${dies('said', UNSAID)}
    const isReply = request.mayReply`,
    },
  ]);
}

const run = promisify(execFile);

const GIVEN_UP = /^Sorry, I could not finish this: .*\(reference [0-9a-f]{8}-\d+\)$/;

describe('a poison message', () => {
  let scene: Scene;
  let worker: Slot;
  let metricsPort: number;

  beforeAll(async () => {
    const [started, build] = await Promise.all([startScene({ env: { TURN_FAILURES: '5' } }), poisonable()]);
    scene = started;
    scene.model.script = (request) =>
      request.messages.at(-1)?.text === ILL ? { text: SPIN, delayMs: 1_500 } : followPlan(request);
    metricsPort = await freePort();
    await scene.stack.killWorkers();
    const env = { NODE_OPTIONS: '--max-old-space-size=400', HOLDFAST_METRICS_PORT: String(metricsPort) };
    worker = new Slot('worker', () => scene.stack.runWorker({ build, env }));
    await eventually(() => worker.child.output.includes('worker ready'), { ms: 55_000 });
  });
  afterAll(async () => {
    await worker?.close();
    await scene?.stop();
  });

  /** Sends them at once, and returns the replies, by the message that each answers. */
  async function answersTo(conversation: string, texts: string[]): Promise<Record<string, string>> {
    const { stack } = scene;
    for (const text of texts) await stack.say(conversation, text, text);
    const answers: Record<string, string> = {};
    await eventually(
      async () => {
        // A read asks the workflow, and would keep a busy machine busier.
        await sleep(500);
        const { transcript, status } = await stack.read(conversation);
        for (const entry of transcript)
          if (entry.kind === 'reply') for (const id of entry.answers) answers[id] = entry.text;
        return status === 'idle' && texts.every((text) => answers[text] !== undefined);
      },
      { ms: 200_000, what: `answers to ${texts.join(', ')}` },
    );
    return answers;
  }

  it.each([
    ['makes the workflow throw', THROW],
    ['never lets the workflow come to an end', SPIN],
    ['makes the worker run out of memory', EAT],
    ['makes the workflow throw before it is taken in', `at the door ${THROW}`],
    ['takes the worker down before it is taken in', `at the door ${EAT}`],
  ])(
    'that %s is given up honestly; those around it, and what was said before, are not',
    async (_, poison) => {
      const conversation = `poison-${crypto.randomUUID()}`;
      await answersTo(conversation, ['before']);
      const [answers, beside] = await Promise.all([
        answersTo(conversation, [poison, 'after', 'after that']),
        answersTo(`beside-${conversation}`, ['beside']),
      ]);
      expect(beside.beside).toBe('echo: beside [heard 1]');
      expect(answers[poison]).toMatch(GIVEN_UP);
      expect(answers.after).toContain('echo: after');
      const later = await answersTo(conversation, ['later']);
      // It heard the others, and never what was given up.
      expect(later.later).toBe('echo: later [heard 4]');
      const { transcript } = await scene.stack.read(conversation);
      expect(transcript.filter(({ kind }) => kind === 'reply')).toHaveLength(5);
    },
    400_000,
  );

  it('that has the model say what the workflow cannot bear ends its turn; what waited is answered', async () => {
    const conversation = `poison-${crypto.randomUUID()}`;
    const answers = await answersTo(conversation, [ILL, '/queue after']);
    expect(answers[ILL]).toMatch(GIVEN_UP);
    expect(answers['/queue after']).toContain('echo: after');
  }, 240_000);

  it('that takes down each worker that shows it to the model ends its turn, and is not shown again', async () => {
    const conversation = `poison-${crypto.randomUUID()}`;
    await answersTo(conversation, ['before']);
    const answers = await answersTo(conversation, [DIE]);
    expect(answers[DIE]).toMatch(GIVEN_UP);
    const later = await answersTo(conversation, ['later']);
    expect(later.later).toBe('echo: later [heard 2]');
  }, 300_000);

  it('that has a tool take down its worker each time: the model is told, and answers', async () => {
    const conversation = `poison-${crypto.randomUUID()}`;
    scene.ledger.lines.length = 0;
    const said = plan({ steps: [[['kill_worker', {}]]], say: 'I was told' });
    const answers = await answersTo(conversation, [said]);
    expect(answers[said]).toBe('I was told [heard 1]');
    const { transcript } = await scene.stack.read(conversation);
    expect(transcript.find(({ kind }) => kind === 'tool')).toMatchObject({
      outcome: 'error',
      output: expect.stringContaining('its worker was lost at every attempt'),
    });
    expect(scene.ledger.of('kill_worker', 'begin')).toHaveLength(2);
  }, 240_000);

  it('whose reply takes down each worker that sends it: a line is sent in its place', async () => {
    const { telegram, stack } = scene;
    // A reply with buttons is sent by an activity of its own.
    const steps = [[['offer_choices', { choices: ['yes', 'no'] }] as [string, object]]];
    telegram.say(6001, plan({ steps, say: UNSENT }));
    telegram.say(6001, '/queue after');
    const sent = () => telegram.messages(6001, 'bot').map(({ text }) => text);
    await eventually(() => sent().length >= 2, { ms: 280_000, what: 'both are answered' });
    expect(sent()).toEqual([expect.stringMatching(GIVEN_UP), 'echo: after [heard 2]']);
    await eventually(async () => (await stack.read('telegram/6001')).status === 'idle');
  }, 300_000);

  it('whose reply takes down each worker that says it ends its turn', async () => {
    const { telegram } = scene;
    telegram.say(6002, plan({ say: UNSAID }));
    telegram.say(6002, '/queue after');
    const sent = () => telegram.messages(6002, 'bot').map(({ text }) => text);
    await eventually(() => sent().length >= 2, { ms: 200_000, what: 'both are answered' });
    expect(sent()).toEqual([expect.stringMatching(GIVEN_UP), expect.stringMatching(/^echo: after /)]);
  }, 240_000);

  it('that has a short tool take down its worker each time: it is run as any other, and the model is told', async () => {
    const { telegram, ledger } = scene;
    ledger.lines.length = 0;
    telegram.say(6003, plan({ steps: [[['kill_worker_soon', {}]]], say: 'I was told' }));
    telegram.say(6003, '/queue after');
    const sent = () => telegram.messages(6003, 'bot').map(({ text }) => text);
    await eventually(() => sent().length >= 2, { ms: 240_000, what: 'both are answered' });
    expect(sent()).toEqual(['I was told [heard 1]', 'echo: after [heard 2]']);
    // Once in the middle of the model's activity, and as often as it may as an activity of its own.
    expect(ledger.of('kill_worker_soon', 'begin')).toHaveLength(3);
  }, 300_000);

  it('that a task cannot bear ends the task, and its conversation is told', async () => {
    const conversation = `poison-${crypto.randomUUID()}`;
    const { stack } = scene;
    const said = plan({ steps: [[['delegate', { task: ILL }]]] });
    await answersTo(conversation, [said]);
    await eventually(
      async () => {
        const { transcript, tasks } = await stack.read(conversation);
        const report = transcript.find((entry) => entry.kind === 'user' && entry.internal?.kind === 'task');
        return tasks.length === 0 && report?.kind === 'user' && report.text.includes('It ended early');
      },
      { ms: 150_000, what: 'the task is reported' },
    );
  }, 240_000);

  /** A metric of the worker, by its name with its labels; undefined if it does not tell it. */
  async function metric(name: string): Promise<number | undefined> {
    const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    const values = text
      .split('\n')
      .filter((line) => line.startsWith(name))
      .map((line) => Number(line.split(' ').at(-1)));
    return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0);
  }

  it('is told of by metrics, which can be scraped', async () => {
    const before = (await metric('holdfast_messages_given_up_total')) ?? 0;
    const conversation = `poison-${crypto.randomUUID()}`;
    await answersTo(conversation, [THROW]);
    expect(await metric('holdfast_messages_given_up_total')).toBe(before + 1);
    await eventually(async () => (await metric('holdfast_workflows_failing')) === 0, {
      ms: 100_000,
      what: 'nothing fails any more',
    });
    expect(await metric('temporal_workflow_task_execution_failed')).toBeGreaterThan(0);
  }, 300_000);

  it('leaves histories that replay', async () => {
    expect(await scene.stack.replayAll()).toBeGreaterThan(5);
  });

  it('leaves no trial behind, although workers that waited for one were killed', async () => {
    const trials = async () =>
      (await run('ps', ['-eo', 'args'])).stdout.match(/doctor\/replay\.ts .*/g) ?? [];
    const ours = async () => (await trials()).filter((args) => args.includes(inject('scratch')));
    await eventually(async () => (await ours()).length === 0, { ms: 60_000, what: 'all trials are over' });
  }, 90_000);

  it('is not what fails in many conversations at once: nothing is given up, and a good version answers all', async () => {
    const { stack } = scene;
    const conversations = ['one', 'two', 'three', 'four'].map((name) => `epidemic-${name}`);
    for (const conversation of conversations) await stack.say(conversation, THROW);
    await eventually(async () => (await metric('holdfast_workflows_left_to_operator')) === 4, {
      ms: 150_000,
      what: 'four are left to the operator',
    });
    await worker.close();
    await stack.startWorker();
    for (const conversation of conversations)
      expect(await stack.replies(conversation, 1)).toMatchObject([
        { status: 'answered', text: `echo: ${THROW} [heard 1]` },
      ]);
  }, 300_000);
});
