import { workflowInfo } from '@temporalio/workflow';
import type { DueEnd, DueStart } from '../../contract/schedule.ts';
import { TemporalScheduledStartTime } from '../../contract/search-attributes.ts';
import { endSchedule, findDue, putDue } from '../activities.ts';

/**
 * Started by a Temporal Schedule when it is due: puts it into its conversation. Temporal hands what the one before returned to
 * the next of the same schedule, and starts it only afterwards, so nothing is told twice or left out between two of them.
 */
export async function due(start: DueStart): Promise<DueEnd> {
  const { schedule } = start;
  const toldUntil = (workflowInfo().lastResult as DueEnd | undefined)?.until;
  const found = await findDue({ schedule, nominal: scheduledTime(), toldUntil });
  if (found.due) await putDue({ start, due: found.due });
  if (schedule.timing.kind === 'once') await endSchedule(schedule);
  return { until: found.until };
}

/** The time for which Temporal's schedule started this. */
function scheduledTime(): number {
  const { typedSearchAttributes, startTime } = workflowInfo();
  return (typedSearchAttributes.get(TemporalScheduledStartTime) ?? startTime).getTime();
}
