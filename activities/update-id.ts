import { Context } from '@temporalio/activity';

/** The same at each attempt of the running activity, so that an update that was made is not made again. */
export function updateIdFor(what: string): string {
  const { workflowExecution, activityId } = Context.current().info;
  return `${workflowExecution?.runId}.${activityId}.${what}`;
}
