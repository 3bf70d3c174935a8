import { once } from 'node:events';
import { Worker as Thread } from 'node:worker_threads';
import proto from '@temporalio/proto';
import { DefaultLogger, makeTelemetryFilterString, Runtime, Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { failureMessage } from './failure-message.ts';
import type { Verdict } from './trial.ts';

/**
 * A process that runs one history through the workflow code and says how that went: it may hang or die of it, which is why it is
 * apart. The history ends with a task that has just begun.
 */
const [codePath = '', workflowId = '', longestMs = ''] = process.argv.slice(2);
// What hangs does so in this thread, and who waits for the verdict may be killed meanwhile: so another thread ends it.
new Thread(`setTimeout(() => process.kill(process.pid, 'SIGKILL'), ${Number(longestMs)})`, {
  eval: true,
}).unref();
Runtime.install({
  logger: new DefaultLogger('ERROR', () => {}),
  telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }) } },
});

/** The first verdict counts: what follows a failure is its consequence. */
function end(verdict: Verdict): void {
  process.send?.(verdict, () => process.exit(0));
}

// A replay does not say that the first or the last task of a history failed, and tries for ever: so that is seen where the worker says it.
const { WorkflowActivationCompletion } = proto.coresdk.workflow_completion;
const encode = WorkflowActivationCompletion.encodeDelimited.bind(WorkflowActivationCompletion);
WorkflowActivationCompletion.encodeDelimited = (completion, writer) => {
  if (completion.failed)
    void failureMessage(completion.failed.failure ?? {}).then((message) =>
      end({ outcome: 'fails', reason: message || 'the workflow task failed' }),
    );
  return encode(completion, writer);
};

const [bytes] = (await once(process, 'message')) as [Uint8Array];
const history = proto.temporal.api.history.v1.History.decode(bytes);
await Worker.runReplayHistory({ workflowBundle: { codePath } }, history, workflowId).then(
  () => end({ outcome: 'passes' }),
  (error: Error) =>
    end({
      outcome: error instanceof DeterminismViolationError ? 'differs' : 'fails',
      reason: error.message,
    }),
);
