import { WorkflowNotFoundError } from '@temporalio/client';
import type { Activities, ActivityDependencies } from './activities.ts';

/** The activity `findEnded`: a task that an operator ended in Temporal could not report. */
export function createFindEnded({ client }: Pick<ActivityDependencies, 'client'>): Activities['findEnded'] {
  const runs = async (workflow: string) => {
    try {
      return (await client.workflow.getHandle(workflow).describe()).status.name === 'RUNNING';
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  };
  return async function findEnded(workflows) {
    const running = await Promise.all(workflows.map(runs));
    return workflows.filter((_, index) => !running[index]);
  };
}
