import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TASK_QUEUE } from '../../contract/queues.ts';
import { eventually } from '../support/eventually.ts';
import { type Scene, startScene } from '../support/scene.ts';

const MANY = 200;
/** As Temporal's API numbers the types of task queues. */
const WORKFLOW_TASKS = 1;

/** Real processes, no worker yet: all that was said waits at Temporal, in its order. */
describe('a tenant with few messages, behind one with many', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await startScene({
      withoutWorkers: true,
      // One part of the queue, so that it has one order.
      dynamicConfig: {
        'matching.enableFairness': true,
        'matching.numTaskqueueReadPartitions': 1,
        'matching.numTaskqueueWritePartitions': 1,
      },
      env: { HOLDFAST_CONFIG: fileURLToPath(new URL('../fixtures/tenants.config.ts', import.meta.url)) },
    });
  });
  afterAll(() => scene?.stop());

  it('is seen to wait by what scales workers', async () => {
    const { stack } = scene;
    for (let number = 0; number < MANY; number += 1) await stack.say(`big-${number}`, `big ${number}`);
    await stack.say('small-0', 'small');
    const backlog = async () => {
      const { stats } = await stack.client.workflowService.describeTaskQueue({
        namespace: stack.client.options.namespace,
        taskQueue: { name: TASK_QUEUE },
        taskQueueType: WORKFLOW_TASKS,
        reportStats: true,
      });
      return stats?.approximateBacklogCount?.toNumber();
    };
    await eventually(async () => (await backlog()) === MANY + 1);
  });

  it('is not answered after all of them', async () => {
    const { stack, model } = scene;
    await stack.startWorker();
    await stack.replies('small-0', 1);
    const before = model.requests.findIndex(({ messages }) => messages.at(-1)?.text === 'small');
    expect(before).toBeLessThan(MANY / 2);
    for (let number = 0; number < MANY; number += 1) await stack.replies(`big-${number}`, 1);
  });

  it('has it from the conversation to its activities', async () => {
    const { priority } = await scene.stack.client.workflow.getHandle('web/small-0').describe();
    expect(priority?.fairnessKey).toBe('small');
  });
});
