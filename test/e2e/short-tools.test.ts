import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { followPlan, plan } from '../support/plan.ts';
import { type Scene, startScene } from '../support/scene.ts';

/** Tools that say they are short are run within the model's activity, which then takes the next step. */
describe('short tools', () => {
  let scene: Scene;
  let chat = 0;

  beforeAll(async () => {
    scene = await startScene();
  });
  afterAll(() => scene?.stop());
  beforeEach(() => {
    chat += 1;
    scene.ledger.lines.length = 0;
    scene.model.script = followPlan;
  });

  const shown = () => scene.telegram.messages(chat, 'bot').map(({ text }) => text);

  /** The activities of the conversation, in their order. */
  async function activities(): Promise<string[]> {
    const { events } = await scene.stack.client.workflow.getHandle(`telegram/${chat}`).fetchHistory();
    return (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: scheduled }) =>
      scheduled?.activityType?.name ? [scheduled.activityType.name] : [],
    );
  }

  const twice = {
    steps: [[['glance', { tag: 'one' }]], [['glance', { tag: 'two' }]]] as [string, object][][],
    say: 'seen',
  };

  it('need no activity of their own; what was called and found is in the transcript, and the reply is sent once', async () => {
    const { stack, telegram, ledger } = scene;
    telegram.say(chat, plan(twice));
    await stack.replies(`telegram/${chat}`, 1);
    expect(shown()).toEqual(['seen [heard 1]']);
    expect(await activities()).toEqual(['callModel']);
    const { transcript, usage } = await stack.read(`telegram/${chat}`);
    expect(transcript.map(({ kind }) => kind)).toEqual(
      'user assistant tool assistant tool assistant reply'.split(' '),
    );
    expect(transcript.filter(({ kind }) => kind === 'tool')).toMatchObject([
      { name: 'glance', output: 'glance done', outcome: 'ok' },
      { name: 'glance', output: 'glance done', outcome: 'ok' },
    ]);
    expect(usage.inputTokens).toBe(33);
    const keys = new Set(ledger.of('glance', 'begin').map(({ key }) => key));
    expect(keys.size).toBe(2);
    telegram.say(chat, 'and now');
    await stack.replies(`telegram/${chat}`, 2);
    expect(shown().at(-1)).toBe('echo: and now [heard 2]');
  });

  it('are activities beside one that is not short, and where one takes long', async () => {
    const { stack, telegram, ledger } = scene;
    const mixed: [string, object][] = [
      ['glance', {}],
      ['pay', {}],
    ];
    telegram.say(chat, plan({ steps: [mixed, [['glance', { holdMs: 1_500 }]]] }));
    await stack.replies(`telegram/${chat}`, 1);
    expect((await activities()).toSorted()).toEqual(
      ['callModel', 'callModel', 'callModel', 'glance', 'glance', 'pay'].toSorted(),
    );
    expect(ledger.of('pay', 'begin')).toHaveLength(1);
    expect(shown()).toEqual(['done [heard 1]']);
  });

  it('a message that comes meanwhile is seen at the next step', async () => {
    const { stack, telegram } = scene;
    scene.model.script = (request) => ({ ...followPlan(request), delayMs: 1_500 });
    telegram.say(chat, plan(twice));
    await eventually(async () => (await stack.read(`telegram/${chat}`)).status === 'running');
    await telegram.say(chat, 'by the way').delivered;
    await stack.replies(`telegram/${chat}`, 1);
    expect(shown()).toHaveLength(1);
    expect(shown()[0]).toContain('[heard 2]');
    expect((await activities()).filter((type) => type === 'callModel').length).toBeGreaterThan(1);
  });

  it('SIGKILL between two of them: all of it is done again, and the reply is sent once', async () => {
    const { stack, telegram, ledger } = scene;
    scene.model.script = (request) => ({ ...followPlan(request), delayMs: 1_500 });
    telegram.say(chat, plan(twice));
    await ledger.begun('glance');
    await stack.killWorkers();
    await stack.startWorker();
    await stack.replies(`telegram/${chat}`, 1);
    expect(shown()).toEqual(['seen [heard 1]']);
    const { transcript } = await stack.read(`telegram/${chat}`);
    expect(transcript.filter(({ kind }) => kind === 'tool')).toHaveLength(2);
  });

  it('/stop ends the turn in the middle of them', async () => {
    const { stack, telegram, ledger } = scene;
    scene.model.script = (request) => ({ ...followPlan(request), delayMs: 1_500 });
    telegram.say(chat, plan(twice));
    await ledger.begun('glance');
    telegram.say(chat, '/stop');
    const [reply] = await stack.replies(`telegram/${chat}`, 1);
    expect(reply).toMatchObject({ status: 'stopped' });
    expect(shown()).toEqual(['Stopped.']);
  });

  it('leave histories that replay', async () => {
    expect(await scene.stack.replayAll()).toBe(5);
  });
});
