import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plan } from '../support/plan.ts';
import { type Scene, startScene } from '../support/scene.ts';

/** Several agents behind one gateway: each with its own model, system prompt and tools. */
describe('named agents', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await startScene();
  });
  afterAll(() => scene?.stop());

  const last = () => {
    const { model, messages, tools } = scene.model.requests.at(-1) ?? {};
    return { model, system: messages?.find(({ role }) => role === 'system')?.text, tools };
  };

  it('answer where a route says so, and elsewhere the default one does', async () => {
    const { stack } = scene;
    await stack.say('elsewhere', 'hello');
    await stack.replies('elsewhere', 1);
    expect(last()).toMatchObject({ model: 'scripted', system: 'You are under test.' });
    expect(last().tools).toContain('pay');
    await stack.say('the-office', 'hello');
    await stack.replies('the-office', 1);
    expect(last()).toEqual({
      model: 'clerk',
      system: 'You are the clerk.',
      tools: ['calculator', 'file_away'],
    });
  });

  it('are chosen by command, kept through a SIGKILL mid-tool, and have no tools of each other', async () => {
    const { stack, ledger } = scene;
    const conversation = 'chosen';
    await stack.say(conversation, '/agent clerk');
    await stack.replies(conversation, 1);
    await stack.say(conversation, plan({ steps: [[['file_away', { holdMs: 2_000 }]]], say: 'filed' }));
    await ledger.begun('file_away');
    await stack.killWorkers();
    await stack.startWorker();
    expect((await stack.replies(conversation, 2)).at(-1)?.text).toContain('filed');
    expect(ledger.of('file_away', 'end')).toHaveLength(1);
    await stack.say(conversation, plan({ steps: [[['pay', {}]]], say: 'paid?' }));
    await stack.replies(conversation, 3);
    const { transcript } = await stack.read(conversation);
    expect(transcript.findLast(({ kind }) => kind === 'tool')).toMatchObject({
      name: 'pay',
      outcome: 'error',
      output: expect.stringContaining('There is no tool "pay"'),
    });
    expect(ledger.of('pay', 'begin')).toEqual([]);
    await stack.say(conversation, '/model openai-compatible/clerk-large');
    await stack.say(conversation, 'hello');
    await stack.replies(conversation, 5);
    expect(last().model).toBe('clerk-large');
  });

  it('/branch leaves the whole conversation in the web chat, where it goes on', async () => {
    const { stack } = scene;
    for (const text of ['one', 'two', '/branch 1']) await stack.say('trunk', text);
    const answer = (await stack.replies('trunk', 3)).at(-1)?.text ?? '';
    const [, copy = ''] = /`(web\/branch-[0-9a-f]{8})`/.exec(answer) ?? [];
    await stack.killWorkers();
    await stack.startWorker();
    await stack.say(copy, 'three');
    expect((await stack.replies(copy, 3)).at(-1)?.text).toBe('echo: three [heard 3]');
    await stack.say('trunk', 'else');
    expect((await stack.replies('trunk', 4)).at(-1)?.text).toBe('echo: else [heard 2]');
    expect(await stack.replayAll()).toBeGreaterThan(4);
  });
});
