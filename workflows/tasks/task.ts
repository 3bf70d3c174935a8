import {
  CancellationScope,
  CancelledFailure,
  getExternalWorkflowHandle,
  log,
  setHandler,
} from '@temporalio/workflow';
import { older, transcript } from '../../contract/signals.ts';
import { decided, reported, type TaskReport, type TaskStart } from '../../contract/task.ts';
import { SubAgent } from './sub-agent.ts';

/**
 * One task of a sub-agent, in one run: its limits keep it short. It reports to the conversation that delegated it, once, by
 * signal; the report of a task of a task is its result. Workflow id: see `taskWorkflowId`.
 */
export async function task(start: TaskStart): Promise<TaskReport> {
  const agent = new SubAgent(start);
  setHandler(transcript, (request) => agent.transcriptFor(request));
  setHandler(older, (upTo) => agent.older(upTo));
  setHandler(decided, (id, verdict) => agent.decided(id, verdict));
  const report = await agent.run();
  if (start.depth === 1) await CancellationScope.nonCancellable(() => tell(start.conversation, report));
  if (report.outcome === 'stopped') throw new CancelledFailure('the task was stopped');
  return report;
}

/** Not to a run of it: the one that delegated may have been followed by others. */
async function tell(conversation: string, report: TaskReport): Promise<void> {
  try {
    await getExternalWorkflowHandle(conversation).signal(reported, report);
  } catch {
    log.warn('the conversation of a task is gone', { conversation, task: report.id });
  }
}
