import { Context } from '@temporalio/activity';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { Fact, MemoryOwner } from '../../contract/memory.ts';
import type { ModelRequest, ModelStep } from '../../contract/model-step.ts';
import { type TranscriptView, transcript } from '../../contract/signals.ts';
import type { ToolRun } from '../../contract/tool-call.ts';
import { hostConversations } from '../support/conversation-host.ts';

type Host = Awaited<ReturnType<typeof hostConversations>>;
const ADA = { sender: { id: '1', name: 'Ada' } };
const BOB = { sender: { id: '2', name: 'Bob' } };
const OWNER = { access: { role: 'owner' as const } };

describe('a conversation and what is remembered', () => {
  let host: Host;
  let id: string;
  let kept: Record<MemoryOwner, Fact[]>;
  const forgotten: { owner: MemoryOwner; ids?: string[] }[] = [];
  const seen: TranscriptView[] = [];
  const runs: ToolRun[] = [];

  beforeAll(async () => {
    host = await hostConversations({
      async callModel({ upTo, turn, step }: ModelRequest): Promise<ModelStep> {
        const { workflowId = '', runId } = Context.current().info.workflowExecution ?? {};
        seen.push(await host.client.workflow.getHandle(workflowId, runId).query(transcript, { upTo, turn }));
        const usage = { inputTokens: 1, outputTokens: 1 };
        if (step > 1) return { content: [{ type: 'text', text: 'done' }], calls: [], usage };
        return {
          content: [{ type: 'tool-call', toolCallId: 'a', toolName: 'recall', input: {} }],
          calls: [{ id: 'a', policy: { effect: 'read', timeoutMs: 10_000, attempts: 2 } }],
          usage,
        };
      },
      async recall(run: ToolRun) {
        runs.push(run);
        return 'nothing';
      },
      readMemory: async (owner: MemoryOwner) => kept[owner] ?? [],
      async forgetMemory(request: { owner: MemoryOwner; ids?: string[] }) {
        forgotten.push(request);
        return (kept[request.owner] ?? [])
          .map((fact) => fact.id)
          .filter((one) => request.ids?.includes(one) ?? true);
      },
      deliver: async () => ({ receipt: { messageId: 'sent' }, next: null }),
    });
  });
  afterAll(() => host?.stop());
  beforeEach(() => {
    id = `telegram/${crypto.randomUUID()}`;
    const at = Date.UTC(2026, 10, 5);
    kept = {
      'person/telegram:1': [{ id: 'p1', text: 'I like tea', by: 'Ada (telegram:1)', at }],
      'person/ada': [{ id: 'p7', text: 'I like gin', by: 'Ada (telegram:1)', at }],
      [`conversation/${id}`]: [{ id: 'c1', text: 'Standup is at nine', by: 'Bob (telegram:2)', at }],
    };
    for (const list of [forgotten, seen, runs]) list.length = 0;
  });

  /** What a command answers. */
  async function told(...args: Parameters<Host['say']> extends [string, ...infer Rest] ? Rest : never) {
    const event = await host.say(id, ...args);
    const { entries } = await host.settled(id, 1);
    const reply = entries.findLast((entry) => entry.kind === 'reply' && entry.answers.includes(event));
    return reply?.kind === 'reply' ? reply.text : '';
  }

  it('lists both to who asks, with ids and how to erase', async () => {
    const text = await told({ text: '/memory', ...ADA });
    expect(text).toContain('What I remember of you:\n\n- `p1` I like tea (2026-11-05)');
    expect(text).toContain(
      'of this conversation:\n\n- `c1` Standup is at nine (2026-11-05, Bob (telegram:2))',
    );
    expect(text).toContain('/memory erase conversation');
  });

  it('knows people by the name that the operator gives them', async () => {
    const access = { role: 'user' as const, person: 'ada' };
    expect(await told({ text: '/memory', ...ADA }, { access })).toContain('I like gin');
  });

  it('takes a caller of the HTTP API for the operator, and what comes from nobody for nobody', async () => {
    kept['person/operator'] = [{ id: 'p3', text: 'I like cake', by: 'the operator', at: 0 }];
    expect(await told({ text: '/memory' }, OWNER)).toContain('I like cake');
    id = `${id}-2`;
    expect(await told({ text: '/memory' })).toContain('I do not know who you are here');
  });

  it('lists nothing of a person where others read along', async () => {
    const text = await told({ text: '/memory', group: true, ...ADA });
    expect(text).not.toContain('tea');
    expect(text).toContain('Standup is at nine');
    expect(text).toContain('in a direct chat');
  });

  it('forgets what is named, where it is, and says what is not there', async () => {
    const text = await told({ text: '/memory forget P1, c1 c9', group: true, ...ADA });
    expect(text).toContain('Forgotten: `p1`, `c1`.');
    expect(text).toContain('There is no `c9`');
    expect(text).not.toContain('tea');
    expect(forgotten.toSorted((one, other) => (one.owner < other.owner ? 1 : -1))).toEqual([
      { owner: 'person/telegram:1', ids: ['p1'] },
      { owner: `conversation/${id}`, ids: ['c1', 'c9'] },
    ]);
  });

  it('erases what it remembers of who asks, of nobody else', async () => {
    expect(await told({ text: '/memory erase', group: true, ...ADA })).toContain('(1 fact)');
    expect(forgotten).toEqual([{ owner: 'person/telegram:1' }]);
  });

  it('erases what it remembers of a group only for an approver', async () => {
    const erase = { text: '/memory erase conversation', group: true as const, ...ADA };
    expect(await told(erase)).toContain('Only an approver');
    expect(forgotten).toEqual([]);
    await host.say(id, erase, { access: { role: 'approver' } });
    await host.settled(id, 2);
    expect(forgotten).toEqual([{ owner: `conversation/${id}` }]);
    id = `${id}-2`;
    expect(await told({ text: '/memory erase conversation', ...ADA })).toContain('Erased');
  });

  it.each(['/memory erase all', '/memory forget', '/memory forget tea', '/memory show'])(
    'explains itself: %s',
    async (text) => {
      expect(await told({ text, ...ADA })).toMatch(/^Write `\/memory`/);
      expect(forgotten).toEqual([]);
    },
  );

  it('tells model and tools who wrote the latest message, and whether in a group', async () => {
    await host.say(id, { text: 'hello', ...ADA });
    await host.settled(id, 1);
    expect(seen.map(({ person }) => person)).toEqual(['telegram:1', 'telegram:1']);
    expect(runs).toMatchObject([{ person: 'telegram:1' }]);
    expect(runs[0]).not.toHaveProperty('group');
    await host.say(id, { text: 'and me?', group: true, ...BOB });
    await host.settled(id, 2);
    expect(runs[1]).toMatchObject({ person: 'telegram:2', group: true });
    // It is answered again where it was asked.
    await host.say(id, { text: '/retry', group: true, ...BOB });
    await host.settled(id, 3);
    expect(runs[2]).toMatchObject({ person: 'telegram:2', group: true });
    await host.say(
      id,
      { text: 'due', internal: { kind: 'schedule', when: 'now', id: 's', dueAt: 0 } },
      OWNER,
    );
    await host.settled(id, 4);
    expect(runs[3]).not.toHaveProperty('person');
    expect(seen.at(-1)).not.toHaveProperty('person');
  });

  it('leaves histories that replay', async () => {
    const histories = host.client.workflow.list().intoHistories();
    for await (const { error } of Worker.runReplayHistories(
      { workflowBundle: { codePath: inject('workflowBundle') } },
      histories,
    ))
      if (error) throw error;
  });
});
