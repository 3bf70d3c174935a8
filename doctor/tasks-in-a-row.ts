import type { Client } from '@temporalio/client';
import { maskSecrets } from '../contract/mask-secrets.ts';
import { failureMessage } from './failure-message.ts';
import { attributesOf, type HistoryEvent, isType, plain, type Run, timeOf } from './history.ts';

/** Workflow tasks of a run that failed one after the other, up to now. */
export interface FailedTasks {
  count: number;
  /** When the first of them failed. */
  since: string;
  /** `differs`: the code does something else than the history tells · `throws` · `lost`: it hung, or its worker died. */
  how: 'differs' | 'throws' | 'lost';
  /** Of the last one, without secrets. */
  reason: string;
}

/** Events that are looked at: every message that comes meanwhile adds some. */
const PAGE = 60;

/** The tasks that failed since the last one that did not. `attempt` is that of the pending task; most are not in the history. */
export async function failedTasks(
  client: Client,
  { workflowId, runId }: Run,
  attempt: number,
): Promise<FailedTasks | undefined> {
  const { history } = await client.workflowService.getWorkflowExecutionHistoryReverse({
    namespace: client.options.namespace,
    execution: { workflowId, runId },
    maximumPageSize: PAGE,
  });
  const newestFirst = plain(history ?? {});
  const last = newestFirst.findIndex((event) => isType(event, 'WORKFLOW_TASK_COMPLETED'));
  const failed = newestFirst.slice(0, last < 0 ? newestFirst.length : last).filter(isFailure);
  const [newest] = failed;
  const oldest = failed.at(-1);
  if (!newest || !oldest) return undefined;
  const way = await wayOf(client, newest);
  return { count: failed.length + Math.max(0, attempt - 2), since: timeOf(oldest), ...way };
}

/** One that waited for a worker that is gone did not fail, and a reset is none. */
function isFailure(event: HistoryEvent): boolean {
  const { cause, timeoutType } = attributesOf(event);
  if (isType(event, 'WORKFLOW_TASK_TIMED_OUT')) return timeoutType === 'TIMEOUT_TYPE_START_TO_CLOSE';
  return isType(event, 'WORKFLOW_TASK_FAILED') && cause !== 'WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW';
}

async function wayOf(client: Client, event: HistoryEvent): Promise<Pick<FailedTasks, 'how' | 'reason'>> {
  if (isType(event, 'WORKFLOW_TASK_TIMED_OUT'))
    return { how: 'lost', reason: 'the workflow task timed out: its worker died, or hung' };
  const { cause = '', failure } = attributesOf(event);
  const message = failure && (await failureMessage(failure, client.options.loadedDataConverter));
  const reason = maskSecrets(message || cause).slice(0, 500);
  return { how: cause.endsWith('NON_DETERMINISTIC_ERROR') ? 'differs' : 'throws', reason };
}
