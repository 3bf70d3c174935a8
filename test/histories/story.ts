import { setTimeout as sleep } from 'node:timers/promises';
import type { Scene } from '../support/build-scene.ts';
import { eventually } from '../support/eventually.ts';
import { asksForSummary } from '../support/long-talk.ts';
import { followPlan, type Plan, plan } from '../support/plan.ts';
import { runCli } from '../support/run-cli.ts';

/** Of the model whose conversation is to be summarised. */
const WINDOW = 10_000;
const BOSS = { from: 42, name: 'Boss' };
const HOLD = { holdMs: 2_500 };
const VOICE = { name: 'voice.ogg', mediaType: 'audio/ogg', bytes: Buffer.from('OggS and some talk') };

/** What the stack of the story is started with: short runs, and somebody to ask before strangers are let in. */
export const STORY_OPTIONS = {
  env: {
    CONTEXT_WINDOW: String(WINDOW),
    HOLDFAST_TRANSCRIPTION_MODEL: 'openai-compatible/whisper-1',
    ACCESS: JSON.stringify({
      policy: 'pairing',
      limits: { turnsPerDay: 50 },
      people: {
        ann: { identities: ['telegram:7'] },
        boss: { role: 'approver', identities: ['telegram:42'] },
      },
    }),
  },
  dynamicConfig: { 'limit.historyCount.suggestContinueAsNew': 120 },
};

/** Lets people do what people do, of every kind, with a worker that is killed meanwhile. Resolves when all of it is over. */
export async function tellStory(scene: Scene): Promise<void> {
  const { stack, telegram, model, ledger } = scene;
  model.script = (request) => {
    if (asksForSummary(request)) return { text: 'They said that the number is 7.' };
    const step = followPlan(request);
    const isCrowded = request.messages.some(({ text }) => text.includes('a crowded talk'));
    return isCrowded ? { ...step, usage: { input: 9_000, output: 10 } } : step;
  };
  let chat = 1_000;
  /** Things said in a chat of their own, each once the one before has been answered. */
  const talk = async (...said: (string | Plan)[]): Promise<number> => {
    const place = (chat += 1);
    for (const [index, what] of said.entries()) {
      telegram.say(place, typeof what === 'string' ? what : plan(what), BOSS);
      await stack.replies(`telegram/${place}`, index + 1, 90_000);
    }
    return place;
  };
  const asked = (place: number) =>
    telegram.waitFor(place, ({ buttons }) => buttons?.includes('Approve') === true);
  /** A call that asks, and what is pressed then. */
  const decide = async (label: string): Promise<void> => {
    const place = (chat += 1);
    telegram.say(place, plan({ steps: [[['charge', {}]]] }), BOSS);
    await asked(place);
    telegram.press(place, label, BOSS);
    await stack.replies(`telegram/${place}`, 1);
  };

  // Every effect, once in peace and once with a worker that dies in the middle.
  await talk({
    steps: [
      [
        ['look_up', {}],
        ['set_value', {}],
      ],
      [
        ['pay', {}],
        ['book', {}],
      ],
    ],
    first: 'One moment.',
  });
  const killed = talk(
    {
      steps: [
        [
          ['look_up', HOLD],
          ['set_value', HOLD],
          ['pay', HOLD],
          ['book', HOLD],
        ],
      ],
      say: 'all tried',
    },
    { steps: [[['kill_worker', {}]]], say: 'survived' },
  );
  await ledger.begun('book', 2);
  await stack.killWorkers();
  await stack.startWorker();
  await eventually(
    async () => {
      if (stack.workers.every((worker) => worker.ended)) await stack.startWorker();
      return ledger.of('kill_worker', 'begin').length === 2;
    },
    { ms: 60_000 },
  );
  await stack.startWorker();
  await killed;

  for (const label of ['Approve', 'Deny', 'Always']) await decide(label);
  await talk({ steps: [[['charge', {}]]] }, '/approvals');

  // What is said while a turn runs.
  const busy = (chat += 1);
  telegram.say(busy, plan({ steps: [[['set_value', HOLD]], [['look_up', HOLD]]], say: 'steered' }), BOSS);
  await sleep(1_000);
  telegram.say(busy, 'and this too', BOSS);
  telegram.say(busy, '/queue and that afterwards', BOSS);
  telegram.say(busy, '/status', BOSS);
  await stack.replies(`telegram/${busy}`, 3, 60_000);
  const stopped = (chat += 1);
  telegram.say(stopped, plan({ steps: [[['set_value', { holdMs: 20_000 }]]] }), BOSS);
  await sleep(1_500);
  telegram.say(stopped, '/stop', BOSS);
  await stack.replies(`telegram/${stopped}`, 1);

  const commanded = await talk(
    ...'one,/help,two,/undo,/retry,/branch,/agent clerk,/agent main,/model,/usage,/whoami,/memory'.split(','),
  );
  for (const what of ['/new', 'three']) telegram.say(commanded, what, BOSS);
  await telegram.waitFor(commanded, ({ text }) => text.startsWith('echo: three'));
  await talk(
    'a crowded talk',
    'a second thing of a crowded talk',
    '/compact',
    'a third thing of a crowded talk',
  );
  await talk({ say: 'a long answer, '.repeat(300), chunkDelayMs: 5 });
  await talk(
    {
      steps: [
        [
          ['attach_file', { name: 'a.txt', content: 'this is a' }],
          ['offer_choices', { choices: ['Yes', 'No'] }],
        ],
      ],
    },
    'thanks',
  );
  telegram.sendFile((chat += 1), 'hear this', VOICE, BOSS);
  await stack.replies(`telegram/${chat}`, 1);

  // What is larger than a conversation, or goes on beside it.
  await talk(
    { steps: [[['remember', { text: 'the office is in Bonn', about: 'person' }]]] },
    { steps: [[['recall', {}]]] },
    '/memory erase',
    { steps: [[['remember', { text: 'it moved', about: 'person' }]]] },
  );
  const reminded = await talk('/remind in 3 seconds take the bread out', '/schedules');
  await telegram.waitFor(reminded, ({ text }) => text.startsWith('⏰'));
  const scheduled = await talk({
    steps: [[['schedule', { text: 'look at it', as: 'turn', in: '2 seconds' }]]],
  });
  await stack.replies(`telegram/${scheduled}`, 2, 60_000);
  const work = plan({ steps: [[['set_value', {}]], [['charge', {}]]], say: 'the work is done' });
  const delegated = await talk({ steps: [[['delegate', { task: work }]]], say: 'started' });
  await eventually(async () => (await stack.read(`telegram/${delegated}`)).tasks.length === 0, {
    ms: 60_000,
  });
  await stack.replies(`telegram/${delegated}`, 2, 60_000);
  const cancelled = await talk({
    steps: [[['delegate', { task: plan({ steps: [[['set_value', { holdMs: 30_000 }]]] }) }]]],
  });
  telegram.say(cancelled, '/stop all', BOSS);
  await eventually(async () => (await stack.read(`telegram/${cancelled}`)).tasks.length === 0, {
    ms: 60_000,
  });

  // A stranger is let in, and is counted.
  const stranger = { from: 99, name: 'Eve' };
  const door = (chat += 1);
  telegram.say(door, 'let me in', stranger);
  const { text } = await telegram.waitFor(door, (message) => message.text.includes('Your code is'));
  await runCli(['pair', 'approve', /Your code is (\w+),/.exec(text)?.[1] ?? ''], {
    TEMPORAL_ADDRESS: stack.temporalAddress,
  });
  telegram.say(door, 'thank you', stranger);
  await telegram.waitFor(door, (message) => message.text.startsWith('echo: thank you'));

  // One that is long enough to go on in a new run, twice.
  const round = (_: unknown, index: number): Plan => ({
    steps: [[['set_value', {}]]],
    say: `round ${index}`,
  });
  await talk(...Array.from({ length: 14 }, round));
}
