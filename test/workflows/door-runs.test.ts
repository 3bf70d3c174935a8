import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAccess } from '../../activities/access.ts';
import { updateEntity } from '../../activities/entity-workflow.ts';
import { accountId } from '../../contract/limits.ts';
import { ACCESS, tryCode } from '../../contract/pairing.ts';
import { eventually } from '../support/eventually.ts';
import { DoorStage, refusedIn } from './door-stage.ts';

/** Events after which the server suggests continue-as-new. */
const SHORT_RUN = 40;

/** What the door knows goes on from run to run, and nothing that waits at it is lost between them. */
describe('the door of a conversation that goes on in new runs', () => {
  let stage: DoorStage;

  beforeAll(async () => {
    stage = await DoorStage.start([
      '--dynamic-config-value',
      `limit.historyCount.suggestContinueAsNew=${SHORT_RUN}`,
    ]);
  });
  afterAll(() => stage?.stop());

  const runOf = async (workflowId: string) =>
    (await stage.host.client.workflow.getHandle(workflowId).describe()).runId;

  /** It may first have to tell somebody, which takes another attempt. */
  const goesOnInANewRun = (workflowId: string) =>
    eventually(
      async () => {
        const { events } = await stage.host.client.workflow.getHandle(workflowId).fetchHistory();
        return Boolean(events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId);
      },
      { what: `${workflowId} goes on in a new run` },
    );

  it('answers all who are let in, each once and in order, while others are turned away', async () => {
    const conversation = 'telegram/1';
    const limits = { turnsPerDay: 1000 };
    const group = { group: true } as const;
    await stage.say(conversation, '7', 'word 0', {}, group);
    const first = await runOf(conversation);
    for (let n = 1; n < 40; n += 1) {
      await stage.say(conversation, '61', `noise ${n}`, { unknown: 'pair' }, group);
      await stage.say(conversation, '7', `word ${n}`, n % 2 ? { person: 'ada', limits } : {}, group);
    }
    expect(await stage.replies(conversation, 1)).toBeDefined();
    await eventually(() => stage.shown(conversation).length >= 40);
    expect(stage.shown(conversation)).toEqual(Array.from({ length: 40 }, (_, n) => `re: word ${n}`));
    expect(await runOf(conversation)).not.toBe(first);
    const { readAccount } = createAccess({ client: stage.host.client, queues: 'one' });
    await eventually(async () => (await readAccount('ada'))?.tokens === 20 * 110);
    expect(await readAccount('ada')).toMatchObject({ turns: 20 });
  });

  it('remembers whom it told what', async () => {
    const conversation = 'telegram/2';
    await stage.say(conversation, '66', 'let me in', { unknown: 'refuse' });
    const first = await runOf(conversation);
    for (let n = 0; n < 20; n += 1) await stage.say(conversation, '7', `word ${n}`);
    await stage.replies(conversation, 20);
    expect(await runOf(conversation)).not.toBe(first);
    await stage.say(conversation, '66', 'let me in', { unknown: 'refuse' });
    await eventually(async () => refusedIn(await stage.entries(conversation)).length === 2);
    // What would be said by then would be out.
    await stage.say(conversation, '7', 'the end');
    await stage.say(conversation, '7', 'really');
    await eventually(() => stage.shown(conversation).includes('re: really'));
    expect(stage.shown(conversation).filter((text) => text.includes('listed'))).toHaveLength(1);
  });

  it('keeps pairings and accounts, and tells each who is let in once', async () => {
    const codes: [string, string][] = [];
    for (let n = 0; n < 12; n += 1) {
      const conversation = `slack/${n}`;
      await stage.say(conversation, `U${n}`, 'hello', { unknown: 'pair' });
      codes.push([conversation, await stage.code(conversation)]);
      const args = [{ code: codes.at(-1)?.[1] ?? '', role: 'user', by: 'cli' }] as const;
      await updateEntity(stage.host.client, { ...ACCESS, start: {} }, tryCode, {
        args: [...args],
        updateId: crypto.randomUUID(),
      });
    }
    for (const id of [ACCESS.id, accountId('ada')]) await goesOnInANewRun(id);
    for (const [conversation] of codes) {
      await eventually(() => stage.shown(conversation).some((text) => text.startsWith('You were let in')));
      await stage.say(conversation, `U${conversation.slice(6)}`, 'now?', { unknown: 'pair' });
    }
    for (const [conversation] of codes) {
      const replies = await stage.replies(conversation, 3);
      expect(replies.slice(1)).toEqual([expect.stringContaining('You were let in'), 're: now?']);
    }
    expect(
      (await createAccess({ client: stage.host.client, queues: 'one' }).listPairings()).paired,
    ).toHaveLength(12);
  });
});
