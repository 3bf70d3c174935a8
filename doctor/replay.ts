import { buffer } from 'node:stream/consumers';
import proto from '@temporalio/proto';
import { DefaultLogger, makeTelemetryFilterString, Runtime, Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
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

// A replay does not say that the first or the last task of a history failed: so that is seen where the worker says it.
const { WorkflowActivationCompletion } = proto.coresdk.workflow_completion;
const encode = WorkflowActivationCompletion.encodeDelimited.bind(WorkflowActivationCompletion);
let failure: string | undefined;
WorkflowActivationCompletion.encodeDelimited = (completion, writer) => {
  if (completion.failed) failure ??= completion.failed.failure?.message ?? 'it failed';
  return encode(completion, writer);
};

const history = proto.temporal.api.history.v1.History.decode(await buffer(process.stdin));
const verdict = await Worker.runReplayHistory({ workflowBundle: { codePath } }, history, workflowId).then(
  (): Verdict => (failure === undefined ? { outcome: 'passes' } : { outcome: 'fails', reason: failure }),
  (error: Error): Verdict => ({
    outcome: error instanceof DeterminismViolationError ? 'differs' : 'fails',
    reason: failure ?? error.message,
  }),
);
process.stdout.write(`${JSON.stringify(verdict)}\n`, () => process.exit(0));
