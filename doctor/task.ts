import type { Client } from '@temporalio/client';
import { reported, type TaskStart } from '../contract/task.ts';
import { NO_USAGE } from '../contract/usage.ts';
import { attributesOf, readHistory, valuesIn } from './history.ts';
import type { Failing } from './scan.ts';

/** Ends a task that cannot go on. Its report comes first, so that dying in between leaves nobody without it; a second one changes nothing. */
export async function endTask(client: Client, task: Failing): Promise<void> {
  const [started] = await readHistory(client, task);
  const [start] = (await valuesIn(client, started && attributesOf(started).input)) as [TaskStart];
  const reference = task.runId.slice(0, 8);
  if (start.depth === 1)
    await client.workflow.getHandle(start.conversation).signal(reported, {
      id: start.id,
      outcome: 'failed',
      text: `It ended early: it made me fail each time I tried. (reference ${reference})`,
      usage: NO_USAGE,
      unknown: [],
    });
  await client.workflow.getHandle(task.workflowId, task.runId).terminate('it cannot go on');
}
