import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { updateEntity } from '../../activities/entity-workflow.ts';
import { ACCOUNT, accountId, count } from '../../contract/limits.ts';
import type { PairingView } from '../../contract/pairing.ts';
import { startHttpRig } from '../fakes/http/rig.ts';
import type { Rig } from '../fakes/rig.ts';
import { eventually } from '../support/eventually.ts';
import { plan } from '../support/plan.ts';
import { runCli } from '../support/run-cli.ts';
import { type Scene, startScene } from '../support/scene.ts';
import { sendWebhook } from '../support/send-webhook.ts';

const ANN = 7;
const BOB = 8;
const BOSS = 9;
const people = {
  ann: { identities: [`telegram:${ANN}`] },
  bob: { identities: [`telegram:${BOB}`] },
  boss: { role: 'approver', identities: [`telegram:${BOSS}`] },
};
const environment = (access: object, more = {}) => ({
  env: { ACCESS: JSON.stringify({ people, ...access }), WHILE_BUSY: 'queue', ...more },
});

const shown = ({ telegram }: Scene, chat: number) => telegram.messages(chat, 'bot').map(({ text }) => text);

async function restartAll({ stack }: Scene): Promise<void> {
  await stack.killAll();
  await stack.startAll();
}

describe('unknown senders who can be paired', () => {
  let scene: Scene;
  const holdfast = (...args: string[]) => runCli(args, { TEMPORAL_ADDRESS: scene.stack.temporalAddress });
  const codeIn = async (chat: number) => {
    const { text } = await scene.telegram.waitFor(chat, (message) => message.text.includes('Your code is'));
    return /Your code is (\w+),/.exec(text)?.[1] ?? '';
  };

  beforeAll(async () => {
    scene = await startScene(environment({ policy: 'pairing' }));
  }, 120_000);
  afterAll(() => scene?.stop());

  it('get a code that outlives all processes; approved by the command line, told once, and answered', async () => {
    const { telegram } = scene;
    const [chat, from] = [8101, 101];
    telegram.say(chat, 'let me in', { from, name: 'Eve' });
    const code = await codeIn(chat);
    await restartAll(scene);
    await telegram.say(chat, 'please', { from, name: 'Eve' }).delivered;
    // Not let in by what comes next, if it is slow to be asked about.
    await eventually(async () => (await scene.stack.read(`telegram/${chat}`)).waiting === 0);

    const waiting = JSON.parse((await holdfast('pair', '--json')).stdout) as PairingView;
    expect(waiting.pending).toMatchObject([{ identity: 'telegram:101', name: 'Eve' }]);
    expect(JSON.stringify(waiting)).not.toContain(code);
    expect((await holdfast('pair', 'approve', code)).stdout).toBe(
      'telegram:101 (Eve) is let in, as user, and is told so.\n',
    );
    await scene.stack.replaceWorkers();
    await telegram.waitFor(chat, ({ text }) => text.startsWith('You were let in'));
    await telegram.say(chat, 'now?', { from, name: 'Eve' }).delivered;
    await telegram.waitFor(chat, ({ text }) => text.startsWith('echo'));
    // Once more by mistake: nobody is told again.
    expect((await holdfast('pair', 'approve', code)).stdout).toMatch(/is let in, as user, since/);
    await scene.stack.replies(`telegram/${chat}`, 3);
    expect(shown(scene, chat)).toEqual([
      expect.stringContaining(code),
      'You were let in. Now write to me; what you wrote before I have not read.',
      'echo: now? [heard 1]',
    ]);
    expect((await holdfast('pair')).stdout).toContain('telegram:101 (Eve), user, let in by cli');

    expect((await holdfast('pair', 'revoke', 'telegram:101')).stdout).toContain('not let in any more');
    await telegram.say(chat, 'and now?', { from, name: 'Eve' }).delivered;
    await eventually(() => shown(scene, chat).length === 4);
    expect(shown(scene, chat).at(-1)).toMatch(/^I do not know you yet/);
  }, 180_000);

  it('are not let in by guessing: who tries codes is locked out, and told so; their chat works on', async () => {
    const { telegram, stack } = scene;
    const [chat, boss] = [8102, 8190];
    telegram.say(chat, 'let me in', { from: 102 });
    const code = await codeIn(chat);
    for (let n = 2; n <= 9; n += 1) telegram.say(boss, `/pair ABCD234${n}`, { from: BOSS });
    telegram.say(boss, `/pair ${code}`, { from: BOSS });
    telegram.say(boss, 'still there?', { from: BOSS });
    await stack.replies(`telegram/${boss}`, 10);
    const answers = shown(scene, boss);
    expect(answers.slice(0, 4)).toEqual(
      [4, 3, 2, 1].map(
        (left) => `No one waits with this code: it is wrong, or has expired. ${left} more tries.`,
      ),
    );
    for (const text of answers.slice(4, 9))
      expect(text).toMatch(/^Too many wrong codes: I take none from you until/);
    expect(answers.at(-1)).toBe('echo: still there? [heard 1]');

    // The same by the command line, which has tries of its own.
    const tries: string[] = [];
    for (let n = 2; n <= 7; n += 1) {
      const { code: status, stderr } = await holdfast('pair', 'approve', `ABCD234${n}`);
      expect(status).toBe(1);
      tries.push(stderr.trim());
    }
    expect(tries[3]).toContain('1 more tries');
    expect(tries.slice(4)).toEqual([
      expect.stringContaining('none is taken until'),
      expect.stringContaining('none is taken'),
    ]);
    expect((await holdfast('pair', 'approve', code)).code).toBe(1);
    expect(shown(scene, chat)).toHaveLength(1);
  }, 180_000);

  it('cannot be let in, and nothing be approved, by who is no approver', async () => {
    const { telegram, stack, ledger } = scene;
    const [chat, ann, group] = [8103, 8191, 8192];
    telegram.say(chat, 'let me in', { from: 103 });
    const code = await codeIn(chat);
    telegram.say(ann, `/pair ${code}`, { from: ANN });
    await telegram.waitFor(
      ann,
      ({ text }) => text === 'Only an approver can let people in. Nothing was changed.',
    );

    telegram.say(group, plan({ steps: [[['charge', {}]]], say: 'moved' }), { from: ANN });
    const asked = await telegram.waitFor(group, ({ text }) => text.includes('May I do this?'));
    const id = /\/approve (\w+),/.exec(asked.text)?.[1];
    telegram.say(group, `/approve ${id}`, { from: ANN });
    telegram.say(group, `/approve ${id}`, { from: 103 });
    await telegram.waitFor(group, ({ text }) => text.startsWith('Only an approver can decide that'));
    await eventually(async () =>
      (await stack.read(`telegram/${group}`)).transcript.some(
        (entry) => entry.kind === 'user' && entry.refused === 'unpaired',
      ),
    );
    expect(ledger.lines).toEqual([]);
    await scene.stack.replaceWorkers();
    telegram.say(group, `/approve ${id}`, { from: BOSS });
    await telegram.waitFor(group, ({ text }) => text.startsWith('moved'));
    expect(ledger.lines.map(({ tool, phase }) => [tool, phase])).toEqual([
      ['charge', 'begin'],
      ['charge', 'end'],
    ]);
    expect(shown(scene, chat)).toHaveLength(1);
  }, 120_000);
});

describe('only listed people', () => {
  let scene: Scene;
  let http: Rig;

  beforeAll(async () => {
    http = await startHttpRig();
    const ada = { identities: ['telegram:71', 'http:u1'], shareConversation: true };
    scene = await startScene(environment({ policy: 'listed', people: { ...people, ada } }, http.env));
  }, 120_000);
  afterAll(async () => {
    await scene?.stop();
    await http?.close();
  });

  it('are answered, in order; a stranger is refused once, and silently afterwards', async () => {
    const { telegram, stack, model } = scene;
    const alone = 8201;
    for (const text of ['one', 'two', '/status', 'three']) telegram.say(alone, text, { from: 666 });
    const refusal = await telegram.waitFor(alone);
    expect(refusal.text).toContain('I answer only people whom my operator has listed');
    expect(refusal.text).toContain('telegram:666');

    const group = -1008202;
    const delivered = ['1', '2', '3', '4'].flatMap((n) => [
      telegram.say(group, `@HoldfastBot noise ${n}`, { from: 666 }).delivered,
      telegram.say(group, `@HoldfastBot word ${n}`, n > '2' ? { from: BOB, name: 'Bob' } : { from: ANN })
        .delivered,
    ]);
    await sleep(300);
    await scene.stack.replaceWorkers();
    await Promise.all(delivered);
    await stack.replies(`telegram/${group}`, 4);
    await eventually(() => shown(scene, group).filter((text) => text.startsWith('echo')).length === 4);
    expect(shown(scene, group).filter((text) => text.startsWith('echo'))).toEqual(
      ['word 1', 'word 2', 'Bob: word 3', 'Bob: word 4'].map((text, n) => `echo: ${text} [heard ${n + 1}]`),
    );
    expect(shown(scene, alone)).toHaveLength(1);
    const { transcript } = await stack.read(`telegram/${alone}`);
    expect(transcript.flatMap((entry) => (entry.kind === 'user' ? [entry.refused] : []))).toEqual(
      Array.from({ length: 4 }, () => 'stranger'),
    );
    const heard = JSON.stringify(model.requests.map(({ messages }) => messages));
    expect(heard).toContain('word 4');
    expect(heard).not.toMatch(/noise|three/);
  }, 120_000);

  it('may have one conversation for all their places: one context, each answered where it was written', async () => {
    const { telegram, stack } = scene;
    const chat = 8203;
    await telegram.say(chat, 'from the phone', { from: 71 }).delivered;
    await telegram.waitFor(chat);
    await scene.stack.replaceWorkers();
    const sent = sendWebhook(stack.url(), await http.say(1, 'from the desk'));
    await stack.killWorkers();
    expect((await sent).status).toBe(200);
    await stack.startWorker();
    await eventually(() => http.shown(1).length === 1);
    await telegram.say(chat, 'back', { from: 71 }).delivered;
    await eventually(() => shown(scene, chat).length === 2);
    expect(shown(scene, chat)).toEqual(['echo: from the phone [heard 1]', 'echo: back [heard 3]']);
    expect(http.shown(1)).toEqual(['echo: from the desk [heard 2]']);
    expect((await stack.replies('person/ada', 3)).map(({ text }) => text)).toHaveLength(3);
    await expect(stack.read(`telegram/${chat}`)).rejects.toThrow(/404/);
    await telegram.say(chat, '/whoami', { from: 71 }).delivered;
    await eventually(() => shown(scene, chat).length === 3);
    expect(shown(scene, chat).at(-1)).toMatch(/telegram:71.*The operator calls you ada.*person\/ada/);
    await stack.say('person/ada', 'by the operator');
    await telegram.waitFor(chat, ({ text }) => text === 'echo: by the operator [heard 4]');
  }, 120_000);

  it('hold up nobody by a flood of commands', async () => {
    const { telegram, stack, ledger } = scene;
    const chat = 8204;
    await telegram.say(chat, plan({ steps: [[['charge', {}]]], say: 'moved' }), { from: ANN }).delivered;
    await telegram.waitFor(chat, ({ text }) => text.includes('May I do this?'));
    const before = ledger.lines.length;
    const flood: Promise<void>[] = [];
    for (let n = 0; n < 150; n += 1) {
      flood.push(telegram.say(chat, n % 2 ? '/status' : '/whoami', { from: BOB }).delivered);
      if (n === 100) flood.push(telegram.say(chat, '/approve', { from: BOSS }).delivered);
      await sleep(20);
    }
    await Promise.all(flood);
    telegram.say(chat, 'do you hear me?', { from: ANN });
    await telegram.waitFor(chat, ({ text }) => text.startsWith('echo: do you hear me?'));
    expect(ledger.lines.slice(before).map(({ phase }) => phase)).toEqual(['begin', 'end']);
    await eventually(async () => (await stack.read(`telegram/${chat}`)).waiting === 0);
    const said = shown(scene, chat);
    const told = said.filter((text) => text.startsWith('Those are more than 20 commands in 10 seconds'));
    expect(told.length).toBeGreaterThan(0);
    // So many windows, each with its word and twenty answers; and three for the approved turn, the other and its request.
    expect(said.length).toBeLessThanOrEqual(told.length * 21 + 20 + 3);
    expect(said.length).toBeLessThan(120);
    const { transcript } = await stack.read(`telegram/${chat}`);
    expect(
      transcript.filter((entry) => entry.kind === 'user' && entry.refused === 'paced').length,
    ).toBeGreaterThan(40);
    const { historyLength } = await stack.client.workflow.getHandle(`telegram/${chat}`).describe();
    expect(historyLength).toBeLessThan(2_000);
    expect(await stack.replayAll()).toBeGreaterThan(3);
  }, 120_000);
});

describe('people with limits', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await startScene(environment({ limits: { turnsPerDay: 3 } }));
  }, 120_000);
  afterAll(() => scene?.stop());

  it('are refused what is over them in all their conversations, through any restart, until the next day', async () => {
    const { telegram, stack } = scene;
    const [one, other, third] = [8301, 8302, 8303];
    telegram.say(one, 'first', { from: ANN });
    telegram.say(one, 'second', { from: ANN });
    await stack.replies(`telegram/${one}`, 2);
    await restartAll(scene);
    telegram.say(other, 'third', { from: ANN });
    telegram.say(other, 'fourth', { from: ANN });
    await telegram.waitFor(other, ({ text }) => text.startsWith('echo: third'));
    const refusal = await telegram.waitFor(other, ({ text }) => text.includes('used up'));
    expect(refusal.text).toBe(
      'You have used up today’s 3 turns, so I did not read your message. I answer you again from 00:00 UTC on. Commands still work.',
    );
    telegram.say(other, '/whoami', { from: ANN });
    await telegram.waitFor(other, ({ text }) => text.includes('You have 0 of 3 turns today left (UTC).'));
    telegram.say(third, 'somebody else', { from: BOB });
    await telegram.waitFor(third, ({ text }) => text.startsWith('echo: somebody else'));

    const tomorrow = { limits: { turnsPerDay: 3 }, arrivals: [Date.now() + 24 * 60 * 60 * 1000] };
    await updateEntity(stack.client, { type: ACCOUNT, id: accountId('ann'), start: {} }, count, {
      args: [tomorrow],
      updateId: 'the-day-after',
    });
    telegram.say(other, 'fifth', { from: ANN });
    await telegram.waitFor(other, ({ text }) => text.startsWith('echo: fifth [heard 2]'));
  }, 120_000);
});
