import type { Client } from '@temporalio/client';
import { CONVERSATION } from '../contract/signals.ts';
import { TASK } from '../contract/task.ts';
import { lastGoodPoint } from './good-point.ts';
import { diagnose, giveUp } from './poison.ts';
import { resetTo } from './reset.ts';
import type { Failing } from './scan.ts';
import { endTask } from './task.ts';
import type { Trial } from './trial.ts';

/** What was done about a workflow, in words; `healed` if it can go on now. */
export interface Fixed {
  healed: boolean;
  text: string;
}

/** Has a failing workflow go on, by what the trial with this version's code shows. */
export async function fix(client: Client, trial: Trial, failing: Failing): Promise<Fixed> {
  const { as, giveUp: messages } = await diagnose(client, trial, failing);
  if (as.outcome === 'passes')
    return {
      healed: false,
      text: 'this version runs it: let workers of this version poll, and it goes on by itself',
    };
  if (messages) {
    await giveUp(client, failing, messages);
    return { healed: true, text: `given up, and the sender told: ${messages.join(', ')}` };
  }
  if (failing.type === TASK) {
    await endTask(client, failing);
    return { healed: true, text: 'ended, and its conversation told' };
  }
  // What others keep has no words for what is lost with the part after the point.
  const point = failing.type === CONVERSATION ? await lastGoodPoint(client, trial, failing) : undefined;
  if (!point)
    return {
      healed: false,
      text: 'there is no point in this run from which this version could go on; run the version that it began with',
    };
  await resetTo(client, failing, point);
  const { healed, again } = point.healing;
  return {
    healed: true,
    text: `reset to before event ${point.eventId} (${point.lost} events given up); ${healed.length} turns kept or told, ${again.length} run again`,
  };
}
