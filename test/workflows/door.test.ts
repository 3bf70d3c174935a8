import { ApplicationFailure, Context } from '@temporalio/activity';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { createAccess } from '../../activities/access.ts';
import { createAdmit } from '../../activities/admit.ts';
import { updateEntity } from '../../activities/entity-workflow.ts';
import { ACCOUNT, accountId, count } from '../../contract/limits.ts';
import { ACCESS, revoke, tryCode } from '../../contract/pairing.ts';
import { carried } from '../../contract/signals.ts';
import { eventually } from '../support/eventually.ts';
import { answer, calls, DoorStage, refusedIn, repliesIn } from './door-stage.ts';

const DAY = 24 * 60 * 60 * 1000;
const stranger = { unknown: 'refuse' } as const;
const unpaired = { unknown: 'pair' } as const;

describe('the door of a conversation', () => {
  let stage: DoorStage;
  let last = 0;
  const chat = () => `telegram/${(last += 1)}`;

  beforeAll(async () => {
    stage = await DoorStage.start();
  });
  afterAll(() => stage?.stop());
  beforeEach(() => {
    stage.model = ({ heard }) => answer(`re: ${heard.at(-1)?.text}`);
    stage.admit = undefined;
    stage.gate = Promise.withResolvers();
    stage.admitted.length = 0;
    stage.deliveryMs = 0;
  });

  describe('of the listed', () => {
    it('tells a stranger once, and reads nothing of theirs', async () => {
      const conversation = chat();
      for (const text of ['let me in', 'please', '/status', '/approve'])
        await stage.say(conversation, '66', text, stranger);
      const entries = await eventually(async () => {
        const all = await stage.entries(conversation);
        return refusedIn(all).length === 4 && repliesIn(all).length > 0 && all;
      });
      expect(refusedIn(entries).map(([reason]) => reason)).toEqual(
        Array.from({ length: 4 }, () => 'stranger'),
      );
      await eventually(() => stage.shown(conversation).length > 0);
      expect(stage.shown(conversation)).toEqual([expect.stringMatching(/listed.*`telegram:66`/)]);
      expect(stage.heard).not.toContain('let me in');
      expect(stage.admitted).toEqual([]);
    });

    it('answers the others of a group in their order, and has no word for the stranger', async () => {
      const conversation = chat();
      const group = { group: true } as const;
      for (let n = 1; n <= 3; n += 1) {
        await stage.say(conversation, '66', `noise ${n}`, stranger, group);
        await stage.say(conversation, '7', `word ${n}`, { person: 'ada' }, group);
      }
      expect(await stage.replies(conversation, 3)).toEqual(['re: word 1', 're: word 2', 're: word 3']);
      expect(refusedIn(await stage.entries(conversation))).toHaveLength(3);
      expect(stage.heard.filter((text) => text.startsWith('noise'))).toEqual([]);
      expect(stage.shown(conversation)).toHaveLength(3);
    });

    it('lets nobody in by a batch or by steering', async () => {
      const conversation = chat();
      stage.model = ({ request, heard }) =>
        request.step === 1 ? calls('hold') : answer(heard.map(({ text }) => text).join(', '));
      await stage.say(conversation, '7', 'first');
      await eventually(async () => (await stage.host.view(conversation)).running.length === 1);
      for (const whileBusy of ['steer', 'collect', 'interrupt'] as const)
        await stage.say(conversation, '66', `by ${whileBusy}`, stranger, { whileBusy });
      await stage.say(conversation, '7', 'second', {}, { whileBusy: 'steer' });
      await eventually(async () => refusedIn(await stage.entries(conversation)).length === 3);
      stage.gate.resolve();
      expect(await stage.replies(conversation, 2)).toContain('first, second');
    });
  });

  describe('with pairing', () => {
    it('gives a code, and lets in who is approved in another chat: told once, then answered', async () => {
      const [conversation, approvers] = [chat(), chat()];
      await stage.say(conversation, '61', 'hello', unpaired, { sender: { id: '61', name: '*Eve* `x`' } });
      const code = await stage.code(conversation);
      await stage.say(conversation, '61', 'hello?', unpaired);
      await eventually(async () => refusedIn(await stage.entries(conversation)).length === 2);
      expect(stage.shown(conversation)).toHaveLength(1);
      expect(stage.shown(conversation)[0]).toContain(`pair approve ${code}`);

      const approver = { role: 'approver' } as const;
      await stage.say(approvers, '7', '/pair', approver);
      await stage.say(approvers, '7', `/pair ${code.toLowerCase()}`, approver);
      await stage.say(approvers, '7', `/pair ${code}`, approver);
      const [list, done, again] = await stage.replies(approvers, 3);
      expect(list).toMatch(/- Eve x \(`telegram:61`\), until \d\d:\d\d UTC/);
      expect(list).not.toContain(code);
      expect(done).toBe('Eve x (`telegram:61`) is let in, as `user`, and is told so.');
      expect(again).toMatch(/was let in with this code before/);

      await eventually(() => stage.shown(conversation).length === 2);
      await stage.say(conversation, '61', 'now?', unpaired);
      expect(await stage.replies(conversation, 3)).toEqual([
        expect.stringContaining(code),
        expect.stringMatching(/^You were let in\. Now write/),
        're: now?',
      ]);
      expect(stage.heard).not.toContain('hello?');

      await updateEntity(stage.host.client, { ...ACCESS, start: {} }, revoke, {
        args: ['telegram:61'],
        updateId: crypto.randomUUID(),
      });
      await stage.say(conversation, '61', 'and now?', unpaired);
      await eventually(() => stage.shown(conversation).length === 4);
      expect(stage.heard).not.toContain('and now?');
      expect(stage.shown(conversation).at(-1)).toMatch(/Your code is/);
      expect(stage.shown(conversation).at(-1)).not.toContain(code);
    });

    it('lets paired approvers decide, by the role that they were given', async () => {
      const [conversation, group] = [chat(), chat()];
      await stage.say(conversation, '62', 'hello', unpaired);
      const args = [{ code: await stage.code(conversation), role: 'approver', by: 'cli' }] as const;
      const updateId = crypto.randomUUID();
      await updateEntity(stage.host.client, { ...ACCESS, start: {} }, tryCode, { args: [...args], updateId });
      stage.model = ({ request }) => (request.step === 1 ? calls('guarded') : answer('it is done'));
      await stage.say(group, '7', 'do it', {}, { group: true });
      await eventually(async () => (await stage.host.view(group)).approvals.length === 1);
      await stage.say(group, '63', '/approve', unpaired, { group: true });
      await stage.say(group, '7', '/approve', {}, { group: true });
      await stage.say(group, '62', '/approve', unpaired, { group: true });
      const replies = await stage.replies(group, 3);
      expect(replies).toContain('Only an approver can decide that. Nothing was changed.');
      expect(replies).toContain('it is done');
      const entries = await stage.entries(group);
      expect(entries.find(({ kind }) => kind === 'decision')).toMatchObject({
        outcome: 'approved',
        by: 'telegram:62',
      });
      expect(refusedIn(entries)).toEqual([['unpaired', '/approve']]);
    });

    it('tells no code where others read along', async () => {
      const conversation = chat();
      await stage.say(conversation, '64', 'hello', unpaired, { group: true });
      await eventually(async () => refusedIn(await stage.entries(conversation)).length === 1);
      await stage.say(conversation, '7', 'hi', {}, { group: true });
      expect(await stage.replies(conversation, 1)).toEqual(['re: hi']);
      expect(stage.shown(conversation)).toEqual(['re: hi']);
    });

    it('refuses who is no approver, and locks out an approver who guesses; the conversation works on', async () => {
      const conversation = chat();
      await stage.say(conversation, '7', '/pair ABCD2345');
      await stage.say(conversation, '7', '/pair');
      const refused = 'Only an approver can let people in. Nothing was changed.';
      expect(await stage.replies(conversation, 2)).toEqual([refused, refused]);
      const approver = { role: 'approver' } as const;
      for (let n = 2; n <= 8; n += 1) await stage.say(conversation, '65', `/pair ABCD234${n}`, approver);
      await stage.say(conversation, '65', '/pair abc', approver);
      await stage.say(conversation, '65', 'still there?', approver);
      const replies = (await stage.replies(conversation, 11)).slice(2);
      expect(replies.slice(0, 4).map((text) => text.at(-13))).toEqual(['4', '3', '2', '1']);
      for (const text of replies.slice(4, 7))
        expect(text).toMatch(/I take none from you until \d\d:\d\d UTC/);
      expect(replies.slice(7)).toEqual([expect.stringContaining('A code has 8'), 're: still there?']);
    });
  });

  describe('while an answer is awaited', () => {
    it('keeps the order behind who waits, and lets others stop and approve at once', async () => {
      const conversation = chat();
      const asked = Promise.withResolvers<void>();
      stage.admit = async (requests) => {
        await asked.promise;
        return requests.map(() => ({}));
      };
      stage.model = ({ request, heard }) =>
        request.turn === 1 && request.step === 1 ? calls('guarded') : answer(`re: ${heard.at(-1)?.text}`);
      await stage.say(conversation, '7', 'first');
      await eventually(async () => (await stage.host.view(conversation)).approvals.length === 1);
      await stage.say(conversation, '61', 'second', unpaired, { whileBusy: 'steer' });
      await stage.say(conversation, '7', 'third');
      await stage.say(conversation, '7', 'by steering', {}, { whileBusy: 'steer' });
      await stage.say(conversation, '9', '/approve', { role: 'approver' });
      await stage.say(conversation, '9', '/status', { role: 'approver' });
      const replies = await eventually(async () => {
        const found = repliesIn(await stage.entries(conversation)).map(({ text }) => text);
        return (
          found.includes('re: first') && found.some((text) => text.includes('3 messages waiting')) && found
        );
      });
      expect(replies).not.toContain('re: second');
      asked.resolve();
      const all = await stage.replies(conversation, 6);
      expect(all.filter((text) => text.startsWith('re:'))).toEqual([
        're: first',
        're: second',
        're: third',
        're: by steering',
      ]);
    });

    it('takes new wordings and deletions of what waits', async () => {
      const conversation = chat();
      const asked = Promise.withResolvers<void>();
      stage.admit = async (requests) => {
        await asked.promise;
        return requests.map(() => ({}));
      };
      await stage.say(conversation, '61', 'tpyo', unpaired, { messageId: '1' });
      await stage.say(conversation, '61', 'never mind', unpaired, { messageId: '2' });
      await stage.say(conversation, '61', 'typo', unpaired, { messageId: '1', edited: true });
      await stage.say(conversation, '61', '', unpaired, { messageId: '2', deleted: true });
      await eventually(async () => (await stage.host.view(conversation)).waiting === 1);
      asked.resolve();
      expect(await stage.replies(conversation, 1)).toEqual(['re: typo']);
    });

    it('asks again when a free command turns into words', async () => {
      const conversation = chat();
      const limits = { limits: { turnsPerDay: 1 } };
      stage.model = ({ request }) => (request.step === 1 ? calls('hold') : answer('done'));
      await stage.say(conversation, '51', 'the only one', limits);
      await eventually(async () => (await stage.host.view(conversation)).running.length === 1);
      await stage.say(conversation, '51', '/undo', limits, { messageId: '5' });
      await stage.say(conversation, '51', 'for free', limits, { messageId: '5', edited: true });
      await eventually(async () => refusedIn(await stage.entries(conversation)).length === 1);
      stage.gate.resolve();
      await stage.replies(conversation, 2);
      expect(stage.heard).not.toContain('for free');
    });

    it('turns away what nobody could be asked about, and says so', async () => {
      const conversation = chat();
      stage.admit = async () => {
        throw ApplicationFailure.nonRetryable('no');
      };
      await stage.say(conversation, '61', 'hello', unpaired);
      await stage.say(conversation, '7', 'hi');
      expect((await stage.replies(conversation, 2)).toSorted()).toEqual([
        expect.stringMatching(/could not check whether I may answer you/),
        're: hi',
      ]);
      expect(stage.heard).not.toContain('hello');
    });
  });

  describe('with limits', () => {
    it('refuses what is over them, in all conversations of a person, until the day ends', async () => {
      const [one, other] = [chat(), chat()];
      const ada = { person: 'ada-of-limits', limits: { turnsPerDay: 3 } };
      await stage.say(one, '1', 'first', ada);
      await stage.say(one, '1', 'second', ada);
      await stage.replies(one, 2);
      await stage.say(other, '2', 'third', ada);
      await stage.say(other, '2', 'fourth', ada);
      await stage.say(other, '2', 'fifth', ada);
      await eventually(async () => refusedIn(await stage.entries(other)).length === 2);
      await stage.say(other, '2', '/whoami', ada);
      const replies = await stage.replies(other, 3);
      expect(replies).toContain('re: third');
      expect(replies).toContainEqual(
        expect.stringMatching(
          /^You have used up today’s 3 turns.*I answer you again from 00:00 UTC on\. Commands/,
        ),
      );
      expect(replies.at(-1)).toMatch(
        /calls you `ada-of-limits`.*You have 0 of 3 turns today left \(UTC\)\.$/,
      );
      expect(stage.heard).not.toContain('fourth');
      // The same on the next day.
      const account = { type: ACCOUNT, id: accountId('ada-of-limits'), start: {} };
      const tomorrow = { limits: ada.limits, arrivals: [Date.now() + DAY] };
      const updateId = crypto.randomUUID();
      expect(await updateEntity(stage.host.client, account, count, { args: [tomorrow], updateId })).toEqual([
        null,
      ]);
    });

    it('counts a message once, and gives one code, although the answer is lost at first', async () => {
      const conversation = chat();
      stage.admit = async (requests) => {
        const admissions = await createAdmit(stage.host)(requests);
        if (Context.current().info.attempt === 1) throw new Error('the connection was cut');
        return admissions;
      };
      await stage.say(conversation, '55', 'one', { limits: { turnsPerDay: 2 } });
      await stage.replies(conversation, 1);
      expect(
        await createAccess({ client: stage.host.client, queues: 'one' }).readAccount('telegram:55'),
      ).toMatchObject({ turns: 1 });
      await stage.say(conversation, '56', 'hello', unpaired);
      const code = await stage.code(conversation);
      const args = [{ code, role: 'user', by: 'cli' }] as const;
      const update = { args: [...args] as [(typeof args)[0]], updateId: crypto.randomUUID() };
      expect(await updateEntity(stage.host.client, { ...ACCESS, start: {} }, tryCode, update)).toMatchObject({
        outcome: 'paired',
      });
    });

    it('counts a turn once, however many messages it answers, and its tokens', async () => {
      const conversation = chat();
      const limits = { limits: { turnsPerDay: 10, tokensPerDay: 1000, messagesPerMinute: 5 } };
      stage.model = ({ request }) => (request.step === 1 ? calls('hold') : answer('done'));
      await stage.say(conversation, '52', 'first', limits, { whileBusy: 'steer' });
      await eventually(async () => (await stage.host.view(conversation)).running.length === 1);
      await stage.say(conversation, '52', 'second', limits, { whileBusy: 'steer' });
      await stage.say(conversation, '52', 'third', limits, { whileBusy: 'steer' });
      await eventually(async () => {
        const { inbox } = await stage.host.client.workflow.getHandle(conversation).query(carried);
        return inbox.filter(({ counted }) => counted).length === 2;
      });
      stage.gate.resolve();
      expect(await stage.replies(conversation, 1)).toEqual(['done']);
      const { readAccount } = createAccess({ client: stage.host.client, queues: 'one' });
      await eventually(async () => (await readAccount('telegram:52'))?.turns === 1);
      await stage.say(conversation, '52', '/whoami', limits);
      expect((await stage.replies(conversation, 2)).at(-1)).toContain(
        'You have 2 of 5 messages this minute, 9 of 10 turns today, 780 of 1000 tokens today left',
      );
    });

    it('says in how many seconds the next message is taken, and exempts owners who were paired', async () => {
      const conversation = chat();
      const limits = { messagesPerMinute: 1 };
      await stage.say(conversation, '53', 'one', { limits });
      await stage.say(conversation, '53', 'two', { limits });
      const replies = await stage.replies(conversation, 2);
      expect(replies).toContainEqual(expect.stringMatching(/1 messages a minute.*again in (60|5\d) seconds/));
      stage.admit = async (requests) => requests.map(() => ({ role: 'owner' }));
      await stage.say(conversation, '54', 'three', { ...unpaired, limits });
      await stage.say(conversation, '54', '/whoami', { ...unpaired, limits });
      const said = await stage.replies(conversation, 4);
      expect(said).toContain('re: three');
      expect(said.find((text) => text.startsWith('You are'))).toMatch(/role `owner`.*`telegram\/\d+`\.$/);
    });
  });

  describe('in a flood of commands', () => {
    it('answers twenty, says once that the rest is left out, and hears others meanwhile', async () => {
      const conversation = chat();
      stage.model = ({ request, heard }) =>
        request.turn === 1 && request.step === 1 ? calls('guarded') : answer(`re: ${heard.at(-1)?.text}`);
      await stage.say(conversation, '7', 'do it');
      await eventually(async () => (await stage.host.view(conversation)).approvals.length === 1);
      stage.deliveryMs = 500;
      await Promise.all(
        Array.from({ length: 120 }, (_, n) => stage.say(conversation, '66', n % 2 ? '/status' : '/nonsense')),
      );
      await stage.say(conversation, '9', '/approve', { role: 'approver' });
      await eventually(async () =>
        (await stage.entries(conversation)).some(({ kind }) => kind === 'decision'),
      );
      // The approver did not wait until the platform had taken all the answers before theirs.
      const taken = stage.sent.filter((one) => one.conversation === conversation);
      expect(taken.length).toBeLessThan(20);
      await stage.say(conversation, '8', 'hello');
      const replies = await stage.replies(conversation, 24);
      expect(replies).toContain('re: do it');
      expect(replies.at(-1)).toBe('re: hello');
      const entries = await stage.entries(conversation);
      // A slow machine may see two windows.
      expect(replies.filter((text) => text.includes('more than 20 commands')).length).toBeLessThanOrEqual(2);
      const refused = refusedIn(entries);
      expect(refused.length).toBeGreaterThanOrEqual(80);
      expect(new Set(refused.map(([reason]) => reason))).toEqual(new Set(['paced']));
      const { historyLength } = await stage.host.client.workflow.getHandle(conversation).describe();
      expect(historyLength).toBeLessThan(1_000);
    });
  });

  it('replays every history of these tests', async () => {
    const types = ['conversation', 'access', 'account'].map((type) => `WorkflowType = '${type}'`);
    const histories = stage.host.client.workflow.list({ query: types.join(' OR ') }).intoHistories();
    let replayed = 0;
    for await (const { error } of Worker.runReplayHistories(
      { workflowBundle: { codePath: inject('workflowBundle') } },
      histories,
    )) {
      expect(error).toBeUndefined();
      replayed += 1;
    }
    expect(replayed).toBeGreaterThan(15);
  });
});
