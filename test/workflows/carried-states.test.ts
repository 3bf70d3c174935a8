import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Context } from '@temporalio/activity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { standing } from '../../contract/grants.ts';
import { used } from '../../contract/limits.ts';
import { facts } from '../../contract/memory.ts';
import type { ModelRequest, ModelStep } from '../../contract/model-step.ts';
import { pairings } from '../../contract/pairing.ts';
import { QUEUE_OF, TASK_QUEUE } from '../../contract/queues.ts';
import { CONVERSATION, carried, transcript } from '../../contract/signals.ts';
import { CONVERSATION_STATE } from '../../contract/state.ts';
import { PROJECT } from '../support/build.ts';
import { hostConversations } from '../support/conversation-host.ts';
import { eventually } from '../support/eventually.ts';

type Host = Awaited<ReturnType<typeof hostConversations>>;

async function fixture(name: string): Promise<object> {
  return JSON.parse(await readFile(path.join(PROJECT, 'test', 'fixtures', 'states', `${name}.json`), 'utf8'));
}

/** Workflows that begin with what a run of an older, or a newer, holdfast carried. */
describe('a run that begins with a state', () => {
  let host: Host;
  beforeAll(async () => {
    host = await hostConversations({
      async callModel({ upTo, turn }: ModelRequest): Promise<ModelStep> {
        const { workflowId = '', runId } = Context.current().info.workflowExecution ?? {};
        const { entries } = await host.client.workflow
          .getHandle(workflowId, runId)
          .query(transcript, { upTo, turn });
        const heard = entries.filter((entry) => entry.kind === 'user' && !entry.command).length;
        return {
          content: [{ type: 'text', text: `heard ${heard}` }],
          calls: [],
          usage: { inputTokens: 1, outputTokens: 1 },
        };
      },
      deliver: async () => ({ receipt: { messageId: 'sent' }, next: null }),
      findEnded: async () => [],
    });
  });
  afterAll(() => host?.stop());

  async function begin(type: string, start: object, workflowId = `telegram/${crypto.randomUUID()}`) {
    return host.client.workflow.start(type, {
      workflowId,
      taskQueue: TASK_QUEUE,
      args: [start],
      workflowTaskTimeout: '2s',
    });
  }

  const versions = Array.from({ length: CONVERSATION_STATE.version }, (_, index) => index + 1);
  it.each(versions)(
    'of version %i lives on: the conversation answers what waited, knows its repeats, and remembers',
    async (version) => {
      const state = (await fixture(`conversation-${version}`)) as { inbox: unknown[]; turns: number };
      const handle = await begin(CONVERSATION, { platform: 'telegram', conversation: '42', state });
      const id = handle.workflowId;
      const { turns, entries } = await eventually(async () => {
        const view = await host.view(id);
        return view.turns === state.turns + 1 && view.status === 'idle' && view;
      });
      expect(entries.at(-1)).toMatchObject({
        kind: 'reply',
        text: `heard ${turns}`,
        answers: [`event-${version === 1 ? 5 : 6}`],
      });
      await host.say(id, { id: 'event-2', text: 'a repeat' });
      await host.say(id, { id: 'a-new-one', text: 'something new' });
      const after = await eventually(async () => {
        const view = await host.view(id);
        return view.turns === turns + 1 && view.status === 'idle' && view;
      });
      expect(after.entries.at(-1)).toMatchObject({ text: `heard ${turns + 1}`, answers: ['a-new-one'] });
      const next = await handle.query(carried);
      expect(next.version).toBe(CONVERSATION_STATE.version);
      expect(next.entries.slice(0, 3)).toEqual((state as unknown as typeof next).entries.slice(0, 3));
    },
  );

  const others: [type: string, query: string, told: object][] = [
    ['memory', facts.name, [{ id: 'p2', text: 'Ada likes tea' }]],
    ['grants', standing.name, [{ tool: 'pay', by: 'Ada (telegram:42)' }]],
    ['access', pairings.name, { paired: [{ identity: 'telegram:43', role: 'user' }] }],
    ['account', used.name, { turns: 3, tokens: 1200, cost: 0.5 }],
  ];
  it.each(others)('of version 1 lives on: %s', async (type, query, told) => {
    const handle = await begin(type, await fixture(`${type}-1`));
    expect(await handle.query(query, Date.now())).toMatchObject(told);
  });

  it('puts deliveries where the run before it last did, whatever the settings of what waited were', async () => {
    const state = { ...(await fixture(`conversation-${CONVERSATION_STATE.version}`)), queues: 'split' };
    const handle = await begin(CONVERSATION, { platform: 'telegram', conversation: '42', state });
    const put = await eventually(async () => {
      const { events } = await handle.fetchHistory();
      return events
        ?.map((event) => event.activityTaskScheduledEventAttributes)
        .find((scheduled) => scheduled?.activityType?.name === 'deliver');
    });
    expect(put.taskQueue?.name).toBe(QUEUE_OF.delivery);
    expect(await handle.query(carried)).toMatchObject({ queues: 'split' });
  });

  it.each(['conversation', ...others.map(([type]) => type)])(
    'of a newer holdfast waits for it, and does not end: %s',
    async (type) => {
      const handle = await begin(
        type,
        type === 'conversation'
          ? { platform: 'telegram', conversation: '42', state: { version: 99 } }
          : { version: 99 },
      );
      const failure = await eventually(async () => {
        const { events } = await handle.fetchHistory();
        return events?.find((event) => event.workflowTaskFailedEventAttributes)
          ?.workflowTaskFailedEventAttributes?.failure;
      });
      expect(failure.message).toMatch(/has version 99, and this holdfast knows those up to \d/);
      expect((await handle.describe()).status.name).toBe('RUNNING');
    },
  );
});
