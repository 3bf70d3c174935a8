import { defaultPayloadConverter } from '@temporalio/common';
import type { ActivityInterceptorsFactory, InjectedSinks } from '@temporalio/worker';
import type { ModelStep } from '../contract/model-step.ts';
import { TRACE_HEADER, type TraceSinks } from '../contract/trace.ts';
import { addUsage, NO_USAGE } from '../contract/usage.ts';
import type { Attributes, Tracing } from '../telemetry/start-tracing.ts';

/** Makes a span of each attempt of an activity whose message is traced. */
export function traceActivities(tracing: Tracing): ActivityInterceptorsFactory {
  return ({ info: { activityType, attempt, workflowExecution } }) => ({
    inbound: {
      async execute(input, next) {
        const header = input.headers[TRACE_HEADER];
        if (!header) return next(input);
        const [request] = input.args as [{ conversation?: string; turn?: number; callId?: string }];
        const isTool = request?.callId !== undefined;
        const attributes = {
          'holdfast.conversation': request?.conversation,
          'holdfast.turn': request?.turn,
          'temporal.workflow_id': workflowExecution?.workflowId,
          'temporal.run_id': workflowExecution?.runId,
          'temporal.activity_type': activityType,
          'temporal.attempt': attempt,
          ...(isTool ? { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': activityType } : {}),
        };
        const parent = defaultPayloadConverter.fromPayload<string>(header);
        const name = isTool ? `tool ${activityType}` : activityType;
        return tracing.span({ name, kind: 'internal', parent, attributes }, async (set) => {
          const result = await next(input);
          if (activityType === 'callModel') set(spentBy(result as ModelStep));
          return result;
        });
      },
    },
  });
}

function spentBy({ before = [], ...last }: ModelStep): Attributes {
  const usage = [...before, last].reduce((sum, step) => addUsage(sum, step.usage), NO_USAGE);
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': last.model,
    'gen_ai.usage.input_tokens': usage.inputTokens,
    'gen_ai.usage.output_tokens': usage.outputTokens,
  };
}

/** Where workflows tell of their turns. There is one also where nothing is traced: gateways may trace all the same. */
export function traceSinks(tracing: Tracing | undefined): InjectedSinks<TraceSinks> {
  return { trace: { turnEnded: { fn: (_, span) => tracing?.turnEnded(span) } } };
}
