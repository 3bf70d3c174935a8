import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PendingApproval } from '../../contract/approval.ts';
import { eventually } from '../support/eventually.ts';
import { plan } from '../support/plan.ts';
import { type Scene, startScene } from '../support/scene.ts';

interface Listed {
  conversation: string;
  senders: { id: string; name?: string }[];
}

describe('what an operator does to conversations by HTTP', () => {
  let scene: Scene;

  beforeAll(async () => {
    // So that a conversation goes on to further runs soon.
    scene = await startScene({ dynamicConfig: { 'limit.historyCount.suggestContinueAsNew': 60 } });
  });
  afterAll(() => scene?.stop());

  async function post(path: string, body?: object) {
    const response = await fetch(`${scene.stack.url()}/v1/conversations/${path}`, {
      method: 'POST',
      ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
    });
    return { status: response.status, answer: (await response.json()) as Record<string, never> };
  }
  const approvals = async () => {
    const response = await fetch(`${scene.stack.url()}/v1/approvals`);
    return ((await response.json()) as { approvals: (PendingApproval & { conversation: string })[] })
      .approvals;
  };
  const search = async (query: string) => {
    const response = await fetch(`${scene.stack.url()}/v1/conversations?${query}`);
    return ((await response.json()) as { conversations: Listed[] }).conversations;
  };

  it('stops a turn, and a repetition stops no other', async () => {
    const { stack } = scene;
    const long = plan({ steps: [[['look_up', { holdMs: 60_000 }]]] });
    await stack.say('stopped', long);
    await eventually(async () => (await stack.read('stopped')).running.length === 1);
    expect((await post('stopped/stop?wait=30', { id: 's1' })).answer).toMatchObject({
      duplicate: false,
      reply: { status: 'stopped', text: expect.stringContaining('Stopped.') },
    });
    await stack.say('stopped', plan({ steps: [[['look_up', { holdMs: 500 }]]], say: 'done' }));
    await eventually(async () => (await stack.read('stopped')).running.length === 1);
    expect((await post('stopped/stop', { id: 's1' })).answer).toMatchObject({ duplicate: true });
    expect((await stack.replies('stopped', 2)).at(-1)).toMatchObject({ status: 'answered' });
  });

  it('starts a conversation afresh, and tells so where it is', async () => {
    const { stack, telegram } = scene;
    telegram.say(51, 'hello');
    await telegram.waitFor(51, ({ text }) => text === 'echo: hello [heard 1]');
    expect((await post('telegram%2F51/reset')).status).toBe(202);
    await telegram.waitFor(51, ({ text }) => text.startsWith('Started afresh'));
    telegram.say(51, 'who am I?');
    await telegram.waitFor(51, ({ text }) => text === 'echo: who am I? [heard 1]');
    expect((await stack.read('telegram/51')).turns).toBe(2);
  });

  it('lists what waits for an approver, and decides it once', async () => {
    const { stack, ledger } = scene;
    for (const name of ['first', 'second'])
      await stack.say(name, plan({ steps: [[['charge', {}]]], say: 'charged' }));
    const waiting = await eventually(async () => {
      const found = await approvals();
      return found.length === 2 && found;
    });
    const [first, second] = ['web/first', 'web/second'].map((name) =>
      waiting.find(({ conversation }) => conversation === name),
    );
    expect(first).toMatchObject({ tool: 'charge', shown: expect.stringContaining('charge') });
    const decide = (name: string, approval: string | undefined, body: object) =>
      post(`${name}/approvals/${approval}?wait=30`, body);
    expect(await decide('first', second?.id, { decision: 'approve' })).toMatchObject({ status: 404 });
    const yes = { id: 'a1', decision: 'approve', reach: 'conversation' };
    expect((await decide('first', first?.id, yes)).answer).toMatchObject({ reply: { status: 'command' } });
    expect((await decide('first', first?.id, yes)).answer).toMatchObject({ duplicate: true });
    expect(await decide('first', first?.id, { decision: 'approve' })).toMatchObject({ status: 404 });
    await decide('second', second?.id, { decision: 'deny' });
    expect((await stack.replies('first', 2)).at(-1)?.text).toContain('charged');
    await stack.say('first', plan({ steps: [[['charge', {}]]], say: 'charged again' }));
    await stack.replies('first', 3);
    await stack.replies('second', 2);
    expect(ledger.of('charge', 'end')).toHaveLength(2);
    const { transcript } = await stack.read('second');
    expect(transcript).toContainEqual(expect.objectContaining({ kind: 'decision', outcome: 'denied' }));
    await eventually(async () => (await approvals()).length === 0);
  });

  it.each<[string, string, object | undefined, number, RegExp]>([
    ['stop', 'nothing/stop', undefined, 404, /web\/nothing/],
    ['reset', 'nothing/reset', {}, 404, /web\/nothing/],
    ['decision', 'nothing/approvals/00000000', { decision: 'deny' }, 404, /web\/nothing/],
    ['decision of nothing that waits', 'first/approvals/00000000', { decision: 'deny' }, 404, /no request/],
    ['decision that is none', 'first/approvals/00000000', { decision: 'maybe' }, 400, /decision/],
    ['reach of a refusal', 'first/approvals/0', { decision: 'deny', reach: 'always' }, 400, /reach/],
    ['stop with more', 'first/stop', { what: 1 }, 400, /what/],
  ])(
    'refuses a %s that cannot be, and begins no conversation by it',
    async (_, path, body, status, message) => {
      const refused = await post(path, body);
      expect(refused).toMatchObject({
        status,
        answer: { error: { message: expect.stringMatching(message) } },
      });
      expect((await fetch(`${scene.stack.url()}/v1/conversations/nothing`)).status).toBe(404);
    },
  );

  it('finds conversations by who wrote there: by name, id, and platform with id, also who came later', async () => {
    const { stack, telegram } = scene;
    telegram.say(6101, 'hello', { from: 6101, name: 'Grace' });
    telegram.say(-6200, '@HoldfastBot hello', { from: 6201, name: 'Heidi', chatType: 'supergroup' });
    await stack.say('mine', 'hello');
    const names = async (query: string) => (await search(query)).map(({ conversation }) => conversation);
    await eventually(async () => (await names('sender=grace')).includes('telegram/6101'));
    expect(await names('sender=telegram%3A6101')).toEqual(['telegram/6101']);
    // The platform is filtered by what a worker writes when it begins.
    await eventually(async () => (await names('sender=grace&platform=telegram')).length === 1);
    expect(await names('sender=telegram%3A6101&platform=slack')).toEqual([]);
    expect(await names('sender=nobody')).toEqual([]);
    const group = await eventually(async () => (await search('sender=Heidi'))[0]?.conversation);
    await stack.replies(group, 1);
    telegram.say(-6200, '@HoldfastBot hi', { from: 6202, name: 'Ivan', chatType: 'supergroup' });
    await stack.replies(group, 2);
    const [found] = await eventually(async () => {
      const listed = await search('sender=6202');
      return listed.length > 0 && listed;
    });
    expect(found).toMatchObject({ conversation: group, senders: [{ name: 'Heidi' }, { name: 'Ivan' }] });
    const { runId } = await stack.client.workflow.getHandle(group).describe();
    for (let turn = 3; (await stack.client.workflow.getHandle(group).describe()).runId === runId; turn += 1) {
      telegram.say(-6200, '@HoldfastBot more', { from: 6202, name: 'Ivan', chatType: 'supergroup' });
      await stack.replies(group, turn);
    }
    await eventually(async () => (await search('sender=Heidi')).some(({ senders }) => senders.length === 2));
    const mine = (await search('platform=web')).find(({ conversation }) => conversation === 'web/mine');
    expect(mine?.senders).toEqual([]);
    expect((await fetch(`${stack.url()}/v1/conversations?sender=`)).status).toBe(400);
    // What was noted of them is replayed as it was.
    await stack.replayAll('conversation');
  });
});
