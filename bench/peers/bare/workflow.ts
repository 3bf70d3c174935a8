import { condition, continueAsNew, proxyActivities, setHandler, workflowInfo } from '@temporalio/workflow';
import type { Incoming } from '../steps.ts';
import type * as steps from './activities.ts';
import { receive } from './receive.ts';

const { first, tool, second, deliver } = proxyActivities<typeof steps>({
  startToCloseTimeout: '1m',
});

/** The floor: four regular activities a message, and nothing else. */
export async function bare(): Promise<void> {
  const inbox: Incoming[] = [];
  setHandler(receive, (message) => {
    inbox.push(message);
  });
  for (;;) {
    await condition(() => inbox.length > 0);
    const message = inbox.shift();
    if (!message) continue;
    const query = await first(message.text);
    const result = await tool(query);
    await deliver(message, await second(result));
    if (workflowInfo().continueAsNewSuggested && inbox.length === 0) return continueAsNew<typeof bare>();
  }
}
