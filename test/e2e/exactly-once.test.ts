import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { EventLog } from '../support/event-log.ts';
import { eventually } from '../support/eventually.ts';
import { type Scene, startScene } from '../support/scene.ts';

/** Events after which the server suggests continue-as-new, so that these tests cross it. */
const SHORT_RUN = 60;

describe('each message once, in order', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await startScene({
      dynamicConfig: { 'limit.historyCount.suggestContinueAsNew': SHORT_RUN },
    });
  });
  afterAll(() => scene?.stop());

  const runs = async (workflowId: string) => {
    const { client } = scene.stack;
    return Array.fromAsync(
      client.workflow.list({ query: `WorkflowId = '${workflowId}'` }),
      ({ runId }) => runId,
    );
  };

  it('the same webhook five times at once: one turn', async () => {
    const { stack, telegram } = scene;
    const said = telegram.say(8001, 'hello');
    await Promise.all(Array.from({ length: 4 }, () => telegram.redeliver(said)));
    await said.delivered;
    telegram.say(8001, 'bye');
    const replies = await stack.replies('telegram/8001', 2);
    expect(replies.map(({ text }) => text)).toEqual(['echo: hello [heard 1]', 'echo: bye [heard 2]']);
    expect(telegram.messages(8001, 'bot')).toHaveLength(2);
  });

  it('the same webhook again after a continue-as-new: nothing happens, and the context is intact', async () => {
    const { stack, telegram } = scene;
    const first = telegram.say(8002, 'first');
    await first.delivered;
    let turns = 1;
    for (; turns < 40 && (await runs('telegram/8002')).length < 3; turns += 1) {
      await telegram.say(8002, `message ${turns}`).delivered;
      await stack.replies('telegram/8002', turns);
    }
    await eventually(async () => (await runs('telegram/8002')).length >= 3);
    for (let time = 0; time < 5; time += 1) expect(await telegram.redeliver(first)).toBe(200);
    telegram.say(8002, 'last');
    const replies = await stack.replies('telegram/8002', turns + 1);
    expect(replies.map(({ text }) => text.match(/\[heard (\d+)\]/)?.[1])).toEqual(
      Array.from({ length: turns + 1 }, (_, index) => String(index + 1)),
    );
    expect(telegram.messages(8002, 'bot')).toHaveLength(turns + 1);
  }, 120_000);

  it('100 messages in a burst to one conversation: none is lost and the order is kept', async () => {
    const { stack } = scene;
    const texts = Array.from({ length: 100 }, (_, index) => `message ${index}`);
    const log = await EventLog.open(`${stack.url()}/v1/conversations/burst/events`);
    for (const text of texts) expect((await stack.say('burst', text, text)).status).toBe(202);
    const replies = await stack.replies('burst', 100, 120_000);
    expect(replies.map(({ text }) => text)).toEqual(
      texts.map((text, index) => `echo: ${text} [heard ${index + 1}]`),
    );
    expect((await runs('web/burst')).length).toBeGreaterThan(1);
    // Who watched all the while saw the same, from run to run, and nothing twice.
    await log.saw('reply', 100);
    log.close();
    expect(log.of('reply').map(({ data }) => data.text)).toEqual(replies.map(({ text }) => text));
    expect(log.cursors).toEqual(log.cursors.map((_, index) => index + 1));
  }, 180_000);

  it('leaves histories of all runs that replay', async () => {
    const { client } = scene.stack;
    const histories = client.workflow.list({ query: `WorkflowType = 'conversation'` }).intoHistories();
    let count = 0;
    const workflowBundle = { codePath: inject('workflowBundle') };
    for await (const { error } of Worker.runReplayHistories({ workflowBundle }, histories)) {
      expect(error).toBeUndefined();
      count += 1;
    }
    expect(count).toBeGreaterThan(5);
  });
});
