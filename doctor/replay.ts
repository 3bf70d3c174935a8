import { buffer } from 'node:stream/consumers';
import proto from '@temporalio/proto';
import { DefaultLogger, makeTelemetryFilterString, Runtime, Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { lastTaskDone, plain } from './history.ts';
import type { Verdict } from './trial.ts';

/**
 * A process that runs one history through the workflow code and says how that went: it may hang or die of it, which is why it is
 * apart. The history ends with a task that has just begun.
 */
const [codePath = '', workflowId = ''] = process.argv.slice(2);
Runtime.install({
  logger: new DefaultLogger('ERROR', () => {}),
  telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }) } },
});
const history = proto.temporal.api.history.v1.History.decode(await buffer(process.stdin));
const options = { workflowBundle: { codePath } };

async function replay(events: object): Promise<Error | undefined> {
  return Worker.runReplayHistory(options, events, workflowId).then(
    () => undefined,
    (error: Error) => error,
  );
}

async function verdict(): Promise<Verdict> {
  const recorded = await replay(history);
  if (recorded instanceof DeterminismViolationError) return { outcome: 'differs', reason: recorded.message };
  // The SDK does not say that the last task fails unless there is one after it. What that one commands is then new to it.
  const last = await replay(lastTaskDone(plain(history)));
  const failure = recorded ?? (last instanceof DeterminismViolationError ? undefined : last);
  return failure ? { outcome: 'fails', reason: failure.message } : { outcome: 'passes' };
}

const line = `${JSON.stringify(await verdict())}\n`;
process.stdout.write(line, () => process.exit(0));
