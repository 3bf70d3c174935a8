import type { Client } from '@temporalio/client';
import { type Payload, toPayloads } from '@temporalio/common';
import {
  decode,
  decodeArrayFromPayloads,
  visit,
  walkGetWorkflowExecutionHistoryResponse,
} from '@temporalio/common/lib/internal-non-workflow/index.js';
import proto from '@temporalio/proto';
import { type Healing, heal } from '../contract/healing.ts';
import { TASK_QUEUE } from '../contract/queues.ts';

const { History } = proto.temporal.api.history.v1;

/** One run of a workflow. */
export interface Run {
  workflowId: string;
  runId: string;
}

/** What an event tells, as far as it is looked at here. */
export interface Attributes {
  scheduledEventId?: number;
  cause?: string;
  timeoutType?: string;
  failure?: Failure;
  signalName?: string;
  activityType?: { name: string };
  workflowType?: { name: string };
  input?: Payloads;
  result?: Payloads;
}

/** What went wrong; where it is encoded, the message only says so. */
export interface Failure {
  message?: string | null;
  encodedAttributes?: Payload | null;
}

interface Payloads {
  payloads?: Payload[];
}

/** An event as a plain object; names of enums are Temporal's. */
export interface HistoryEvent {
  eventId: number;
  eventTime: { seconds: number };
  eventType: string;
}

/** The events of a run, oldest first, with all values as the workflow code gets them, decrypted. */
export async function readHistory(client: Client, { workflowId, runId }: Run): Promise<HistoryEvent[]> {
  const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  const { payloadCodecs } = client.options.loadedDataConverter;
  await visit({ history }, walkGetWorkflowExecutionHistoryResponse, {
    transformPayload: async (payload) => (await decode(payloadCodecs, [payload]))[0] ?? payload,
    transformPayloads: (payloads) => decode(payloadCodecs, payloads),
  });
  return plain(history);
}

export function plain(history: object): HistoryEvent[] {
  const { events = [] } = History.toObject(History.fromObject(history), { longs: Number, enums: String });
  return events;
}

/** As Temporal's SDK reads it. */
export function encoded(events: HistoryEvent[]): Uint8Array {
  return History.encode(History.fromObject({ events })).finish();
}

export function timeOf({ eventTime }: HistoryEvent): string {
  return new Date(eventTime.seconds * 1000).toISOString();
}

/** Whether it is of this type, by Temporal's name without what all begin with. */
export function isType(event: HistoryEvent | undefined, type: string): boolean {
  return event !== undefined && event.eventType === `EVENT_TYPE_${type}`;
}

export function attributesOf(event: HistoryEvent): Attributes {
  const entry = Object.entries(event).find(([name]) => name.endsWith('EventAttributes'));
  return (entry?.[1] ?? {}) as Attributes;
}

/** The values that an event carries: arguments or a result. */
export function valuesIn(client: Client, { payloads = [] }: Payloads = {}): Promise<unknown[]> {
  return decodeArrayFromPayloads(client.options.loadedDataConverter, payloads);
}

/** A history as {@link readHistory} reads it, as it would be if the conversation were told this now and a worker took its next task. */
export async function continued(
  client: Client,
  events: HistoryEvent[],
  healing?: Healing,
): Promise<HistoryEvent[]> {
  const next = new Writer(events);
  const task = events.findLast(({ eventType }) => eventType.startsWith('EVENT_TYPE_WORKFLOW_TASK_'));
  if (task && isType(task, 'WORKFLOW_TASK_STARTED'))
    next.add('WORKFLOW_TASK_TIMED_OUT', 'workflowTaskTimedOut', {
      scheduledEventId: attributesOf(task).scheduledEventId,
      startedEventId: task.eventId,
      timeoutType: 'TIMEOUT_TYPE_START_TO_CLOSE',
    });
  if (healing) {
    const payloads = toPayloads(client.options.loadedDataConverter.payloadConverter, healing);
    next.add('WORKFLOW_EXECUTION_SIGNALED', 'workflowExecutionSignaled', {
      signalName: heal.name,
      input: { payloads },
    });
  }
  if (!isType(task, 'WORKFLOW_TASK_SCHEDULED')) next.schedule();
  next.start();
  return next.events;
}

/** Adds events to a history. */
class Writer {
  readonly events: HistoryEvent[];

  constructor(events: HistoryEvent[]) {
    this.events = [...events];
  }

  add(type: string, name: string, attributes: object): void {
    const event: HistoryEvent = {
      eventId: (this.events.at(-1)?.eventId ?? 0) + 1,
      eventTime: { seconds: Math.floor(Date.now() / 1000) },
      eventType: `EVENT_TYPE_${type}`,
    };
    this.events.push({ ...event, [`${name}EventAttributes`]: attributes });
  }

  schedule(): void {
    this.add('WORKFLOW_TASK_SCHEDULED', 'workflowTaskScheduled', {
      taskQueue: { name: TASK_QUEUE },
      attempt: 1,
    });
  }

  start(): void {
    const scheduled = this.events.findLast((event) => isType(event, 'WORKFLOW_TASK_SCHEDULED'));
    this.add('WORKFLOW_TASK_STARTED', 'workflowTaskStarted', { scheduledEventId: scheduled?.eventId });
  }
}
