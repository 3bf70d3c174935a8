import {
  AsyncLocalStorage,
  defaultPayloadConverter,
  type Headers,
  proxySinks,
  type WorkflowInterceptors,
  workflowInfo,
} from '@temporalio/workflow';
import type { QueuedMessage } from '../contract/state.ts';
import { TRACE_HEADER, type TraceSinks, under } from '../contract/trace.ts';
import type { ReplyStatus } from '../contract/transcript.ts';
import type { Turn } from './turn.ts';

/** The traceparent of what is being done. */
const current = new AsyncLocalStorage<string>();
const sinks = proxySinks<TraceSinks>();

/** Has the activities of this work belong to the trace of a message, if it has one: under this span, if it names one. */
export function inTrace<T>({ message }: QueuedMessage, span: string | undefined, work: () => T): T {
  const { traceparent } = message;
  const whole = traceparent && span !== undefined ? under(traceparent, span) : traceparent;
  return whole === undefined ? work() : current.run(whole, work);
}

/** Tells of a turn that has ended, in whose trace this is called. */
export function traceTurn(
  { message }: QueuedMessage,
  { number: turn, startedAt }: Turn,
  status: ReplyStatus,
): void {
  const traceparent = current.getStore();
  const { traceparent: parent } = message;
  const { workflowId: conversation, unsafe } = workflowInfo();
  if (traceparent === undefined || parent === undefined || unsafe.isReplaying) return;
  sinks.trace.turnEnded({ traceparent, parent, startedAt, endedAt: Date.now(), conversation, turn, status });
}

function withTrace<Input extends { headers: Headers }>(input: Input): Input {
  const traceparent = current.getStore();
  if (traceparent === undefined) return input;
  return {
    ...input,
    headers: { ...input.headers, [TRACE_HEADER]: defaultPayloadConverter.toPayload(traceparent) },
  };
}

/** What the bundle has every workflow run with. A header is no part of what a replay compares. */
export function interceptors(): WorkflowInterceptors {
  return {
    inbound: [
      {
        execute(input, next) {
          const given = input.headers[TRACE_HEADER];
          return given
            ? current.run(defaultPayloadConverter.fromPayload<string>(given), () => next(input))
            : next(input);
        },
      },
    ],
    outbound: [
      {
        scheduleActivity: (input, next) => next(withTrace(input)),
        startChildWorkflowExecution: (input, next) => next(withTrace(input)),
      },
    ],
  };
}
