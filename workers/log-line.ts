import { errorMessage } from '@temporalio/common';
import type { ActivityInterceptorsFactory, LogMetadata } from '@temporalio/worker';
import { maskSecrets } from '../contract/mask-secrets.ts';
import { CONVERSATION } from '../contract/signals.ts';

/** An HTTP status, where a failure's message tells one. */
const STATUS = /(?:^|answered )(\d{3})\b/;

/**
 * What a line of the SDK's log tells of where it was: ids, and the type of the failure. What failed words its message, which can quote
 * what people wrote; so that of a workflow is told only if `reasons` are wanted.
 */
export function logLine(meta: LogMetadata = {}, reasons: boolean): Record<string, unknown> {
  const { workflowId, workflowType, activityType, attempt, error, turn, ...more } = meta;
  const { conversation = workflowType === CONVERSATION ? workflowId : undefined } = more;
  const reason: string = typeof more['reason'] === 'string' ? more['reason'] : (errorMessage(error) ?? '');
  const status = STATUS.exec(reason)?.[1];
  return {
    conversation,
    turn,
    workflow: workflowId,
    // Of a workflow's line and of an activity's.
    run: more['runId'] ?? more['workflowRunId'],
    activity: activityType,
    attempt,
    platform: more['platform'],
    failure: more['failure'] ?? typeOf(error),
    ...(status === undefined ? {} : { status: Number(status) }),
    ...((reasons || workflowId === undefined) && reason !== '' ? { reason: maskSecrets(reason) } : {}),
  };
}

function typeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return 'type' in error && typeof error.type === 'string' ? error.type : error.name;
}

/** Has each line that an activity causes tell whose it is. */
export const logWhose: ActivityInterceptorsFactory = () => {
  let whose: { conversation?: unknown; turn?: unknown } = {};
  return {
    inbound: {
      execute(input, next) {
        const { conversation, turn } = (input.args[0] ?? {}) as typeof whose;
        whose = {
          ...(conversation === undefined ? {} : { conversation }),
          ...(turn === undefined ? {} : { turn }),
        };
        return next(input);
      },
    },
    outbound: { getLogAttributes: (attributes, next) => next({ ...attributes, ...whose }) },
  };
};
