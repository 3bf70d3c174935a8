import { Context } from '@temporalio/activity';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ModelRequest, ModelStep } from '../../contract/model-step.ts';
import { type TranscriptView, transcript } from '../../contract/signals.ts';
import type { ReplyEntry } from '../../contract/transcript.ts';
import { hostConversations } from '../support/conversation-host.ts';
import { eventually } from '../support/eventually.ts';

type Host = Awaited<ReturnType<typeof hostConversations>>;

describe('commands', () => {
  let host: Host;
  /** What each model call saw. */
  let seen: TranscriptView[];
  let gate: Promise<void> | undefined;
  let forks: string[];
  const id = () => `web/${crypto.randomUUID()}`;

  beforeAll(async () => {
    host = await hostConversations({
      async callModel({ upTo, turn, step }: ModelRequest): Promise<ModelStep> {
        const { workflowId = '', runId } = Context.current().info.workflowExecution ?? {};
        const view = await host.client.workflow
          .getHandle(workflowId, runId)
          .query(transcript, { upTo, turn });
        seen.push(view);
        const usage = { inputTokens: 1, outputTokens: 1 };
        const said = view.entries.findLast((entry) => entry.kind === 'user')?.text ?? '';
        if (said.startsWith('look') && step === 1) {
          const call = { type: 'tool-call' as const, toolCallId: 'c1', toolName: 'look', input: {} };
          const policy = { effect: 'read' as const, timeoutMs: 20_000, attempts: 1 };
          return { content: [call], calls: [{ id: 'c1', policy }], usage };
        }
        return { content: [{ type: 'text', text: `re: ${said}` }], calls: [], usage };
      },
      async look() {
        await gate;
        return 'seen';
      },
      describeAgents: async () => [
        { name: 'main', models: ['demo', 'openai/large'] },
        { name: 'coder', description: 'writes code', models: ['openai/code'] },
      ],
      fork: async ({ copy }: { copy: string }) => void forks.push(copy),
    });
  });
  afterAll(() => host?.stop());
  beforeEach(() => {
    seen = [];
    forks = [];
    gate = undefined;
  });

  async function say(conversation: string, text: string, replies: number): Promise<string> {
    await host.say(conversation, { text });
    const { entries } = await host.settled(conversation, replies);
    return entries.findLast((entry): entry is ReplyEntry => entry.kind === 'reply')?.text ?? '';
  }
  const heard = () => seen.at(-1)?.entries.flatMap((entry) => (entry.kind === 'user' ? [entry.text] : []));

  it('/undo takes the last turn back, and the one before at the next time', async () => {
    const conversation = id();
    await say(conversation, 'one', 1);
    await say(conversation, 'two', 2);
    await say(conversation, 'three', 3);
    expect(await say(conversation, '/undo', 4)).toContain('“three”');
    expect(await say(conversation, '/undo', 5)).toContain('“two”');
    await say(conversation, 'four', 6);
    expect(heard()).toEqual(['one', 'four']);
    for (let times = 0; times < 2; times += 1) await host.say(conversation, { text: '/undo' });
    expect(await say(conversation, '/undo', 9)).toContain('no turn to take back');
  });

  it('/retry answers the last messages again, in reply to the command, without what was answered before', async () => {
    const conversation = id();
    await say(conversation, 'one', 1);
    await say(conversation, 'two', 2);
    await host.say(conversation, { id: 'again', text: '/retry' });
    const { entries } = await host.settled(conversation, 3);
    expect(entries.at(-1)).toMatchObject({ kind: 'reply', status: 'answered', text: 're: two' });
    expect((entries.at(-1) as ReplyEntry).answers).toContain('again');
    expect(heard()).toEqual(['one', 'two']);
    expect(seen.at(-1)?.entries.filter(({ kind }) => kind === 'reply')).toHaveLength(1);
    expect(await say(id(), '/retry', 1)).toContain('no turn to take back');
  });

  it('/branch keeps the conversation as it was, and goes on from a turn', async () => {
    const conversation = id();
    for (const [index, text] of ['one', 'two', 'three'].entries()) await say(conversation, text, index + 1);
    expect(await say(conversation, '/branch 9', 4)).toContain('no turn 9');
    expect(forks).toEqual([]);
    const answer = await say(conversation, '/branch 1', 5);
    expect(forks).toEqual([expect.stringMatching(/^web\/branch-[0-9a-f]{8}$/)]);
    expect(answer).toContain(forks[0]);
    await say(conversation, 'else', 6);
    expect(heard()).toEqual(['one', 'else']);
  });

  it('/queue waits for its own turn and /steer does not, whatever the config says', async () => {
    for (const [command, whileBusy, turns] of [
      ['/queue', 'steer', 2],
      ['/steer', 'queue', 1],
    ] as const) {
      const conversation = id();
      const held = Promise.withResolvers<void>();
      gate = held.promise;
      await host.say(conversation, { text: 'look' });
      await eventually(async () => (await host.view(conversation)).running.length === 1);
      await host.say(conversation, { text: `${command} more` }, { whileBusy });
      held.resolve();
      const { entries } = await host.settled(conversation, turns);
      expect(new Set(entries.map(({ turn }) => turn)).size).toBe(turns);
      expect(heard()).toEqual(['look', 'more']);
    }
    expect(await say(id(), '/queue', 1)).toContain('Write `/queue`');
  });

  it('/agent and /model choose who answers from the next turn on, and only what the config knows', async () => {
    const conversation = id();
    expect(await say(conversation, '/agent', 1)).toContain('`main` answers here');
    expect(await say(conversation, '/agent nobody', 2)).toContain('There is no agent `nobody`');
    await say(conversation, 'hi', 3);
    expect(seen.at(-1)).not.toHaveProperty('agent');
    expect(await say(conversation, '/agent coder', 4)).toContain('`coder` answers here');
    expect(await say(conversation, '/model openai/large', 5)).toContain('not one of');
    await say(conversation, 'hi', 6);
    expect(seen.at(-1)).toMatchObject({ agent: 'coder' });
    await say(conversation, '/agent main', 7);
    expect(await say(conversation, '/model openai/large', 8)).toContain('`openai/large` answers here');
    await say(conversation, 'hi', 9);
    expect(seen.at(-1)).toMatchObject({ agent: 'main', model: 'openai/large' });
    expect(await say(conversation, '/status', 10)).toContain('Chosen: agent `main`, model `openai/large`');
  });

  it('takes a route’s agent where none was chosen', async () => {
    const conversation = id();
    await host.say(conversation, { text: 'hi' }, { agent: 'coder' });
    await host.settled(conversation, 1);
    expect(seen.at(-1)).toMatchObject({ agent: 'coder' });
  });

  it('/whoami tells identity and role; an unknown command, with its whole name or not, what there is', async () => {
    const conversation = `http/${crypto.randomUUID()}`;
    await host.say(
      conversation,
      { text: '/whoami', sender: { id: '7', name: 'Ann' } },
      { access: { role: 'approver', person: 'ann' } },
    );
    const { entries } = await host.settled(conversation, 1);
    const text = (entries.at(-1) as ReplyEntry).text;
    for (const part of ['Ann (http:7)', '`approver`', '`ann`', conversation]) expect(text).toContain(part);
    const unknown = await say(id(), `/${'x'.repeat(500)}`, 1);
    expect(unknown).toContain('There is no command');
    expect(unknown.length).toBeLessThan(600);
  });

  it('never takes what holdfast itself puts in for a command, and tells a notice without asking the model', async () => {
    const conversation = id();
    await host.say(conversation, { text: '/undo', internal: { kind: 'notice' } });
    const { entries } = await host.settled(conversation, 1);
    expect(entries.at(-1)).toMatchObject({ kind: 'reply', text: '/undo' });
    expect(seen).toEqual([]);
    await host.say(conversation, { text: '/new', internal: { kind: 'task', id: 't' } });
    await host.settled(conversation, 2);
    expect(heard()).toEqual(['/new']);
  });
});
