import { Client, Connection } from '@temporalio/client';
import { encodeToPayloads } from '@temporalio/common/lib/internal-non-workflow/index.js';
import type { HistoryEvent } from '../../doctor/history.ts';

/** One that is never connected: it only has the data converter. */
export const client = new Client({ connection: Connection.lazy() });

/** Writes the events of a run, as far as the doctor reads them. */
export class Events {
  readonly all: HistoryEvent[] = [];

  add(type: string, attributes: object = {}): number {
    const eventId = this.all.length + 1;
    const name = type.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
    this.all.push({
      eventId,
      eventTime: { seconds: 1_700_000_000 },
      eventType: `EVENT_TYPE_${type}`,
      [`${name}EventAttributes`]: attributes,
    });
    return eventId;
  }

  task(): void {
    const scheduledEventId = this.add('WORKFLOW_TASK_SCHEDULED');
    const startedEventId = this.add('WORKFLOW_TASK_STARTED', { scheduledEventId });
    this.add('WORKFLOW_TASK_COMPLETED', { scheduledEventId, startedEventId });
  }

  async signal(signalName: string, ...args: unknown[]): Promise<void> {
    this.add('WORKFLOW_EXECUTION_SIGNALED', { signalName, input: await values(...args) });
  }

  async schedule(name: string, input: unknown): Promise<number> {
    return this.add('ACTIVITY_TASK_SCHEDULED', { activityType: { name }, input: await values(input) });
  }

  async complete(scheduledEventId: number, result: unknown): Promise<void> {
    this.add('ACTIVITY_TASK_COMPLETED', { scheduledEventId, result: await values(result) });
  }
}

export async function values(...given: unknown[]) {
  return { payloads: await encodeToPayloads(client.options.loadedDataConverter, ...given) };
}
