import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { plan } from '../support/plan.ts';
import { runCli } from '../support/run-cli.ts';
import { type Scene, startScene } from '../support/scene.ts';
import { Typist } from '../support/typist.ts';

/** Words that only the erased conversation has, each in another place of it. */
const WORDS = {
  message: 'xylophone',
  result: 'yodelling',
  conversationFact: 'zeppelin',
  personFact: 'quagmire',
  reminder: 'walnut',
  told: 'umbrella',
  task: 'ocelot',
};
const CHAT = 5001;

/** Erasing a conversation, with all that there can be of one, in Temporal and in the file of its database. */
let scene: Scene;
let env: Record<string, string>;
beforeAll(async () => {
  scene = await startScene();
  env = { TEMPORAL_ADDRESS: scene.stack.temporalAddress, HOLDFAST_HOME: scene.stack.home };
});
afterAll(() => scene?.stop());

/** What the files of the database have, as bytes. */
async function inFiles(): Promise<string[]> {
  const files = ['temporal.db', 'temporal.db-wal'].map((name) => path.join(scene.stack.home, name));
  const bytes = Buffer.concat(await Promise.all(files.filter(existsSync).map((file) => readFile(file))));
  return Object.values(WORDS).filter((word) => bytes.indexOf(word) >= 0);
}

/** Everything that Temporal lists whose id has this in it, schedules and Temporal's own workflows among it. */
async function listed(part: string): Promise<string[]> {
  const { client } = scene.stack;
  const found: string[] = [];
  for (const division of ['', `TemporalNamespaceDivision = 'TemporalScheduler'`])
    for await (const { workflowId } of client.workflow.list({ query: division })) found.push(workflowId);
  for await (const { scheduleId } of client.schedule.list()) found.push(scheduleId);
  return found.filter((id) => id.includes(part));
}

test('nothing of an erased conversation is left, and all of the others is', async () => {
  const { stack, telegram } = scene;
  const say = async (text: string, answer: string) => {
    const before = telegram.messages(CHAT, 'bot').length;
    telegram.say(CHAT, text);
    await eventually(
      () =>
        telegram
          .messages(CHAT, 'bot')
          .slice(before)
          .some((sent) => sent.text.includes(answer)),
      {
        what: `${answer} in answer to ${text}`,
      },
    );
  };
  const remember = (text: string, about: string) =>
    plan({ steps: [[['remember', { text, about }]]], say: about });
  await say(WORDS.message, 'echo');
  await say(
    plan({ steps: [[['calculator', { expression: `"${WORDS.result}"` }]]], say: 'calculated' }),
    'calculated',
  );
  await say(remember(WORDS.conversationFact, 'conversation'), 'conversation');
  await say(remember(WORDS.personFact, 'person'), 'person');
  await say(`/remind in 3 hours ${WORDS.reminder}`, 'I will remind you');
  await say(`/remind in 2 seconds ${WORDS.told}`, `⏰ ${WORDS.told}`);
  await say(
    plan({
      steps: [[['delegate', { task: plan({ steps: [[['wait', { seconds: 300 }]]], say: WORDS.task }) }]]],
    }),
    'done',
  );
  // One whose name begins with the same, and one that knows the same person.
  await stack.say(`telegram/${CHAT}/deadbeef`, '/remind in 3 hours breakfast');
  await stack.say('neighbour', remember('the neighbour has a hedge', 'person'));
  await eventually(async () => (await stack.read(`telegram/${CHAT}/deadbeef`)).transcript.length > 1);
  await stack.replies('neighbour', 1);
  await eventually(async () => (await listed(`task:telegram/${CHAT}/`)).length === 1);
  await eventually(async () => (await inFiles()).length === Object.keys(WORDS).length);
  const neighbours = await listed('deadbeef');
  expect(neighbours.length).toBeGreaterThan(1);

  const { code, stdout, stderr } = await runCli(
    ['conversations', 'erase', `telegram/${CHAT}`, '--people', '--yes', '--json'],
    env,
  );
  expect(stderr).not.toContain('    at ');
  expect(code).toBe(0);
  const { removed, remains } = JSON.parse(stdout);
  expect(removed).toMatchObject({ task: 1, conversation: 1 });
  for (const kind of ['schedule', 'due', 'memory']) expect(removed[kind]).toBeGreaterThan(0);
  expect(remains.join('\n')).toContain('what was written at telegram');

  const left = (await listed(`telegram/${CHAT}`)).filter((id) => !id.includes('deadbeef'));
  expect(left).toEqual([]);
  expect(await listed(`telegram:${CHAT}`)).toEqual([]);
  expect(await listed('deadbeef')).toEqual(neighbours);
  expect(await listed('memory/person/operator')).toHaveLength(1);
  // Nor in the database, while Temporal uses it.
  expect(await inFiles()).toEqual([]);

  // Who writes afterwards begins anew.
  await say('who are you?', 'echo: who are you? [heard 1]');
}, 180_000);

test('what is remembered of people stays unless it is asked for, and is told', async () => {
  const { stack } = scene;
  await stack.say('mine', plan({ steps: [[['remember', { text: 'I like tea', about: 'person' }]]] }));
  await stack.replies('mine', 1);
  const { stdout } = await runCli(['conversations', 'erase', 'mine', '--yes'], env);
  expect(stdout).toMatch(/^Erased web\/mine: 1 runs of the conversation\.\nWhat remains elsewhere:/);
  expect(stdout).toContain('what is remembered of operator');
  expect((await runCli(['conversations', 'show', 'mine'], env)).stderr).toContain('There is no conversation');
});

test('it asks first, and only yes is a yes', async () => {
  const { stack } = scene;
  await stack.say('asked', 'hello');
  await stack.replies('asked', 1);
  const no = new Typist(['conversations', 'erase', 'asked'], env);
  await no.sees('Erase web/asked: 1 runs of the conversation? This cannot be undone. Type yes:');
  no.type('y\r');
  await no.sees('Nothing was changed.');
  expect(await no.exit()).toBe(0);
  expect((await stack.read('asked')).turns).toBe(1);
  const yes = new Typist(['conversations', 'erase', 'asked'], env);
  await yes.sees('Type yes:');
  yes.type('yes\r');
  await yes.sees('Erased web/asked');
  expect(await yes.exit()).toBe(0);
});
