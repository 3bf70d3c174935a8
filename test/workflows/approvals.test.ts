import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ApprovalPolicy, Grant } from '../../contract/approval.ts';
import type { ModelRequest, ModelStep } from '../../contract/model-step.ts';
import type { ConversationSettings } from '../../contract/settings.ts';
import type { Entry, ReplyEntry } from '../../contract/transcript.ts';
import { hostConversations } from '../support/conversation-host.ts';
import { eventually } from '../support/eventually.ts';

type Host = Awaited<ReturnType<typeof hostConversations>>;
type Call = { name: string; approval?: Partial<ApprovalPolicy> };

const OWNER: Partial<ConversationSettings> = { access: { role: 'owner' } };
const step = (calls: Call[]): ModelStep => ({
  content: calls.map(({ name }, index) => ({
    type: 'tool-call',
    toolCallId: `${name}${index}`,
    toolName: name,
    input: {},
  })),
  calls: calls.map(({ name, approval }, index) => ({
    id: `${name}${index}`,
    policy: {
      effect: 'once',
      timeoutMs: 10_000,
      attempts: 1,
      ...(approval ? { approval: { shown: `\`${name}\``, scope: '', expireMs: 60_000, ...approval } } : {}),
    },
  })),
  usage: { inputTokens: 1, outputTokens: 1 },
});
const outcomes = (entries: Entry[]) =>
  entries.flatMap((entry) => (entry.kind === 'tool' ? [`${entry.name} ${entry.outcome}`] : [])).toSorted();
const replies = (entries: Entry[]) =>
  entries.filter((entry): entry is ReplyEntry => entry.kind === 'reply').map(({ text }) => text);

/** What the workflow decides of requests; the end-to-end tests kill everything around it. */
describe('a call that needs approval', () => {
  let host: Host;
  let calls: Call[];
  let runs: string[];
  let grants: Grant[];
  const id = () => `web/${crypto.randomUUID()}`;

  beforeAll(async () => {
    const tool = (name: string) => async () => {
      runs.push(name);
      return `${name} done`;
    };
    host = await hostConversations({
      callModel: async (request: ModelRequest): Promise<ModelStep> =>
        request.step === 1 && calls.length > 0
          ? step(calls)
          : {
              content: [{ type: 'text', text: 'end' }],
              calls: [],
              usage: { inputTokens: 1, outputTokens: 1 },
            },
      findGrant: async (call) =>
        grants.some((grant) => grant.tool === call.tool && grant.scope === call.scope),
      keepGrant: async (grant) => void grants.push(grant),
      one: tool('one'),
      two: tool('two'),
    });
  });
  afterAll(() => host?.stop());
  beforeEach(() => {
    runs = [];
    grants = [];
    calls = [{ name: 'one', approval: {} }];
  });

  const waits = (conversation: string, count = 1) =>
    eventually(async () => {
      const { approvals } = await host.view(conversation);
      return approvals.length === count ? approvals : undefined;
    });

  it('waits as state that shows, runs when allowed, and the turn’s time stands still meanwhile', async () => {
    const conversation = id();
    const limits = { steps: 5, seconds: 3, failures: 3 };
    await host.say(conversation, { text: 'go' }, { limits });
    const [request] = await waits(conversation);
    expect(request).toMatchObject({ tool: 'one', shown: '`one`', scope: '' });
    expect((await host.view(conversation)).status).toBe('awaiting-approval');
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    expect(runs).toEqual([]);
    await host.say(conversation, { text: `/approve ${request?.id}` }, OWNER);
    const { entries, approvals } = await host.settled(conversation, 2);
    expect(outcomes(entries)).toEqual(['one ok']);
    expect(replies(entries)).toEqual(['Approved: `one`.', 'end']);
    expect(approvals).toEqual([]);
    expect(entries.find(({ kind }) => kind === 'decision')).toMatchObject({
      outcome: 'approved',
      reach: 'once',
      by: 'the operator',
    });
  });

  it('does not run when refused, or when nobody decides in time', async () => {
    const refused = id();
    await host.say(refused, { text: 'go' });
    await waits(refused);
    await host.say(refused, { text: '/deny' }, OWNER);
    expect(outcomes((await host.settled(refused, 2)).entries)).toEqual(['one denied']);

    calls = [{ name: 'one', approval: { expireMs: 1_000 } }];
    const expired = id();
    await host.say(expired, { text: 'go' });
    const { entries } = await host.settled(expired, 1);
    expect(outcomes(entries)).toEqual(['one denied']);
    expect(entries.find(({ kind }) => kind === 'decision')).toMatchObject({ outcome: 'expired' });
    expect(runs).toEqual([]);
  });

  it('is decided on its own: two of one step, and one beside them that asks nobody', async () => {
    calls = [{ name: 'one', approval: {} }, { name: 'two', approval: {} }, { name: 'two' }];
    const conversation = id();
    await host.say(conversation, { text: 'go' });
    const requests = await waits(conversation, 2);
    const idOf = (tool: string) => requests.find((request) => request.tool === tool)?.id;
    await eventually(() => runs.length === 1);
    await host.say(conversation, { text: '/approve' }, OWNER);
    await eventually(async () =>
      replies((await host.view(conversation)).entries)[0]?.includes('Say which one'),
    );
    await host.say(conversation, { text: `/deny ${idOf('one')}` }, OWNER);
    await host.say(conversation, { text: `/approve ${idOf('two')}` }, OWNER);
    const { entries } = await host.settled(conversation, 4);
    expect(outcomes(entries)).toEqual(['one denied', 'two ok', 'two ok']);
  });

  it('asks no more within what was allowed, in this scope only, until /new', async () => {
    calls = [{ name: 'one', approval: { scope: 'git status' } }];
    const conversation = id();
    await host.say(conversation, { text: 'go' });
    await waits(conversation);
    await host.say(conversation, { text: '/approve conversation' }, OWNER);
    await host.settled(conversation, 2);
    await host.say(conversation, { text: 'again' });
    expect(outcomes((await host.settled(conversation, 3)).entries)).toEqual(['one ok', 'one ok']);

    calls = [{ name: 'one', approval: { scope: 'git push' } }];
    await host.say(conversation, { text: 'push' });
    await waits(conversation);
    await host.say(conversation, { text: '/approve always' }, OWNER);
    await host.settled(conversation, 5);
    expect(grants).toMatchObject([{ tool: 'one', scope: 'git push', by: 'the operator' }]);

    calls = [{ name: 'one', approval: { scope: 'git status' } }];
    await host.say(conversation, { text: '/new' });
    await host.say(conversation, { text: 'once more' });
    await waits(conversation);
    await host.say(conversation, { text: '/stop' });
    await host.settled(conversation, 7);
  });

  it('cannot be decided by who is no approver, and its request not twice', async () => {
    const conversation = id();
    await host.say(conversation, { text: 'go' });
    const [request] = await waits(conversation);
    for (const settings of [{}, { access: { role: 'user' as const } }])
      await host.say(conversation, { text: `/approve ${request?.id}` }, settings);
    await host.say(conversation, { text: `/deny ${request?.id}` }, { access: { role: 'approver' } });
    await host.say(conversation, { text: `/approve ${request?.id}` }, OWNER);
    const { entries } = await host.settled(conversation, 5);
    expect(replies(entries).filter((text) => text.includes('Only an approver'))).toHaveLength(2);
    expect(replies(entries)).toContain('Nothing waits for approval.');
    expect(entries.filter(({ kind }) => kind === 'decision')).toHaveLength(1);
    expect(runs).toEqual([]);
  });

  it('ends with its turn, without running; a word says so to who writes meanwhile, once', async () => {
    const conversation = id();
    await host.say(conversation, { text: 'go' });
    await waits(conversation);
    await host.say(conversation, { text: 'hello?' });
    await host.say(conversation, { text: 'hello??' });
    await eventually(async () => replies((await host.view(conversation)).entries).length === 1);
    calls = [];
    await host.say(conversation, { text: '/stop' });
    const { entries } = await host.settled(conversation, 4);
    expect(replies(entries).filter((text) => text.includes('I wait for an approver first'))).toHaveLength(1);
    expect(outcomes(entries)).toContain('one cancelled');
    expect(entries.find(({ kind }) => kind === 'decision')).toMatchObject({ outcome: 'cancelled' });
  });
});
