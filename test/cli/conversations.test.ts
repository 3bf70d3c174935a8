import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFAULT_SETTINGS } from '../../contract/settings.ts';
import { receive } from '../../contract/signals.ts';
import { resetTo } from '../../doctor/reset.ts';
import { Child } from '../support/child.ts';
import { eventually } from '../support/eventually.ts';
import { plan } from '../support/plan.ts';
import { runCli } from '../support/run-cli.ts';
import { type Scene, startScene } from '../support/scene.ts';

/** Of the history: start, signal, task scheduled, started, completed. */
const FIRST_TASK_COMPLETED = 5;
const CLI = path.resolve('cli/holdfast.ts');

/** An operator at the command line, with conversations of the web chat and of Telegram. */
let scene: Scene;
let env: Record<string, string>;
beforeAll(async () => {
  scene = await startScene();
  env = { TEMPORAL_ADDRESS: scene.stack.temporalAddress, HOLDFAST_HOME: scene.stack.home };
});
afterAll(() => scene?.stop());

const conversations = (...args: string[]) => runCli(['conversations', ...args], env);

async function json(...args: string[]) {
  const { code, stdout, stderr } = await conversations(...args, '--json');
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return JSON.parse(stdout);
}

test('send says something as the operator, and prints the reply', async () => {
  expect(await conversations('send', 'talk', 'hello', '--wait')).toEqual({
    code: 0,
    stdout: 'echo: hello [heard 1]\n',
    stderr: '',
  });
  const sent = await json('send', 'web/talk', 'again', '--wait', '30', '--id', 'my-id');
  expect(sent).toMatchObject({
    conversation: 'web/talk',
    message: 'my-id',
    duplicate: false,
    reply: { status: 'answered', text: 'echo: again [heard 2]', answers: ['my-id'] },
  });
  // The same id again changes nothing, and has the same reply.
  expect(await json('send', 'talk', 'again', '--wait', '30', '--id', 'my-id')).toEqual({
    ...sent,
    duplicate: true,
  });
  expect((await scene.stack.read('talk')).turns).toBe(2);
});

test('what somebody wrote on a platform is answered there', async () => {
  scene.telegram.say(4001, 'are you there?');
  await scene.telegram.waitFor(4001, ({ text }) => text.startsWith('echo: are you there?'));
  // The variables of Telegram are not set here: that the conversation is there is enough.
  const { stdout } = await conversations('send', 'telegram/4001', 'a word from the operator', '--wait');
  expect(stdout).toContain('echo: a word from the operator');
  await scene.telegram.waitFor(4001, ({ text }) => text.startsWith('echo: a word from the operator'));
});

test.each([
  [['send', 'telegram/4999', 'hello'], 'telegram is off; set TELEGRAM_BOT_TOKEN'],
  [['send', 'talk', ' '], 'must not be empty'],
  [['send', '/talk', 'hello'], 'not a platform name'],
  [['show', 'nowhere'], 'There is no conversation web/nowhere'],
  [['stop', 'nowhere'], 'There is no conversation web/nowhere'],
  [['reset', 'nowhere'], 'There is no conversation web/nowhere'],
  [['export', 'nowhere'], 'There is no conversation web/nowhere'],
  [['fork', 'nowhere'], 'There is no conversation web/nowhere'],
  [['erase', 'nowhere', '--yes'], 'There is no conversation web/nowhere'],
  [['erase', 'talk'], 'say --yes'],
])('what cannot be done is said: %j', async (args, reason) => {
  const { code, stdout, stderr } = await conversations(...args);
  expect(stderr).toContain(reason);
  expect(stderr).not.toContain('    at ');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
});

test('list tells the running conversations, by platform and state', async () => {
  await scene.stack.replies('talk', 2);
  const ids = async (...args: string[]) =>
    ((await json('list', ...args)) as { conversation: string }[])
      .map(({ conversation }) => conversation)
      .sort();
  await eventually(async () => (await ids()).length === 2);
  expect(await ids()).toEqual(['telegram/4001', 'web/talk']);
  expect(await ids('--platform', 'web')).toEqual(['web/talk']);
  expect(await ids('--limit', '1')).toHaveLength(1);
  expect(await ids('--status', 'awaiting-approval')).toEqual([]);
  await eventually(async () => /^web\/talk +idle +2 turns/m.test((await conversations('list')).stdout));
});

test('show tells state and transcript, as the HTTP API does', async () => {
  const answer = (await scene.stack.read('telegram/4001')) as object;
  expect(await json('show', 'telegram/4001')).toEqual({ ...answer, links: undefined });
  const { stdout } = await conversations('show', 'telegram/4001');
  expect(stdout).toMatch(/^telegram\/4001: idle, 2 turns, 0 messages waiting/);
  expect(stdout).toMatch(
    /^#1 message, \d{4}-\d\d-\d\d \d\d:\d\d:\d\d, .*\(telegram:\d+\): are you there\?$/m,
  );
  expect(stdout).toContain('reply (answered)');
});

test('what people write cannot move the cursor', async () => {
  await scene.stack.say('ansi', 'red \u001b[31malert\u001b[2J\u202e end');
  await scene.stack.replies('ansi', 1);
  const { stdout } = await conversations('show', 'ansi');
  expect(stdout).toContain('red [31malert[2J end');
  expect(stdout).not.toMatch(/[\u001b\u202e]/);
});

test('tail follows through the death of all there is, until Ctrl-C', async () => {
  const { stack } = scene;
  const tail = new Child(process.execPath, [CLI, 'conversations', 'tail', 'followed', '--json'], env);
  await stack.say('followed', 'one', 'm1');
  const events = () =>
    tail.output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  const replies = () => (tail.output === '' ? [] : events().filter(({ event }) => event === 'reply'));
  await eventually(() => replies().length === 1);
  await Promise.all([stack.killWorkers(), stack.killTemporal()]);
  await stack.startTemporal();
  await stack.startWorker();
  await eventually(async () => (await stack.say('followed', 'two', 'm2')).ok);
  await eventually(() => replies().length === 2, { what: () => tail.output });
  expect(replies().map(({ data }) => data.text)).toEqual(['echo: one [heard 1]', 'echo: two [heard 2]']);
  const cursors = events().flatMap(({ id }) => (id === undefined ? [] : [Number(id)]));
  expect(cursors).toEqual(cursors.map((_, index) => index + 1));
  await tail.kill('SIGINT');
  expect(tail.exitCode).toBe(0);

  const words = new Child(process.execPath, [CLI, 'conversations', 'tail', 'followed', '--after', '4'], env);
  await eventually(() => words.output.includes('echo: two'));
  expect(words.output).not.toContain('one');
  await words.kill('SIGINT');
});

test('stop ends the running turn, and reset has the agent forget', async () => {
  const { stack } = scene;
  await stack.say('busy', plan({ steps: [[['wait', { seconds: 60 }]]], say: 'never' }));
  await eventually(async () => (await stack.read('busy')).running.length === 1);
  expect((await conversations('stop', 'busy')).stdout).toContain('Stopped.');
  expect((await stack.replies('busy', 1))[0]?.status).toBe('stopped');
  expect((await conversations('stop', 'busy')).stdout).toBe('Nothing is running.\n');
  expect((await conversations('reset', 'busy')).stdout).toContain('Started afresh');
  expect((await conversations('send', 'busy', 'hello', '--wait')).stdout).toBe('echo: hello [heard 1]\n');
});

test('fork goes on from a turn in another conversation, and leaves the first as it is', async () => {
  const { stack } = scene;
  for (const [index, text] of ['one', 'two', 'three'].entries()) {
    await stack.say('origin', text);
    await stack.replies('origin', index + 1);
  }
  const before = await stack.read('origin');
  expect(await json('fork', 'origin', '--at', '2', '--as', 'copy')).toEqual({
    conversation: 'web/copy',
    turn: 2,
  });
  expect((await conversations('send', 'copy', 'other', '--wait')).stdout).toBe('echo: other [heard 3]\n');
  expect(JSON.stringify((await stack.read('copy')).transcript)).not.toContain('three');
  const { turns, transcript } = await stack.read('copy');
  expect(turns).toBe(3);
  expect(transcript.map(({ seq }) => seq)).toEqual(transcript.map((_, index) => index + 1));
  expect(await stack.read('origin')).toEqual(before);

  const { conversation, turn } = await json('fork', 'origin');
  expect(conversation).toMatch(/^web\/fork-[0-9a-f]{8}$/);
  expect(turn).toBe(3);
  // It is listed before anybody has spoken in it.
  const listed = await eventually(async () =>
    (await json('list', '--platform', 'web')).find(
      (one: { conversation: string }) => one.conversation === conversation,
    ),
  );
  expect(listed).toMatchObject({ status: 'idle', turns: 3 });
  expect((await conversations('fork', 'origin', '--as', 'copy')).stderr).toContain(
    'There is a conversation web/copy',
  );
  expect((await conversations('fork', 'origin', '--at', '7')).stderr).toContain('those are 1, 2, 3');
});

test('export writes all of it, for its owner alone', async () => {
  const { stack } = scene;
  const file = path.join(stack.home, 'talk.json');
  const { stdout } = await conversations('export', 'talk', '--output', file);
  expect(stdout).toBe(`Exported web/talk to ${file}: 6 entries, 1 runs.\n`);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const exported = JSON.parse(await readFile(file, 'utf8'));
  expect(exported).toMatchObject({
    format: 'holdfast-conversation',
    conversation: 'web/talk',
    state: { turns: 2 },
  });
  const { transcript } = await stack.read('talk');
  expect(exported.transcript).toEqual(transcript);
  expect(exported.runs[0].events.length).toBeGreaterThan(10);
  // Without a file it is printed.
  const printed = JSON.parse((await conversations('export', 'talk')).stdout);
  expect({ ...printed, exportedAt: '' }).toEqual({ ...exported, exportedAt: '' });
});

test('export has every run, and nothing in the transcript by which holdfast could be answered for', async () => {
  const { stack } = scene;
  await stack.say('runs', 'one');
  await stack.replies('runs', 1);
  const handle = stack.client.workflow.getHandle('web/runs');
  const { runId } = await handle.describe();
  // A further run, as `doctor --fix` makes one.
  const healing = { again: [], healed: [], tasks: [] };
  const point = { eventId: FIRST_TASK_COMPLETED, healing, lost: 0 };
  await resetTo(stack.client, { workflowId: 'web/runs', runId }, point);
  const message = {
    id: 'm2',
    text: 'two',
    receivedAt: Date.now(),
    returnAddress: { token: 'not-for-others' },
  };
  await handle.signal(receive, message, DEFAULT_SETTINGS);
  await stack.replies('runs', 2);
  const exported = JSON.parse((await conversations('export', 'runs')).stdout);
  expect(exported.runs).toHaveLength(2);
  expect(exported.runs[0].runId).toBe(runId);
  expect(JSON.stringify(exported.transcript)).not.toContain('not-for-others');
});
