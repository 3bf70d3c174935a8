import { Client } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { createDue } from '../../../activities/due.ts';
import { createScheduleStore } from '../../../activities/schedule-store.ts';
import { TASK_QUEUE } from '../../../contract/queues.ts';

/** A worker that is SIGKILLed at the one instant that no clock hits: it has put what is due there, and told nobody yet. */
const { TEMPORAL_ADDRESS = '', WORKFLOW_BUNDLE = '' } = process.env;
const connection = await NativeConnection.connect({ address: TEMPORAL_ADDRESS });
const client = new Client({ connection });
const due = createDue({ client, queues: 'one', schedules: createScheduleStore(client) });
const worker = await Worker.create({
  connection,
  taskQueue: TASK_QUEUE,
  workflowBundle: { codePath: WORKFLOW_BUNDLE },
  activities: {
    ...due,
    async putDue(request: Parameters<typeof due.putDue>[0]) {
      await due.putDue(request);
      process.kill(process.pid, 'SIGKILL');
    },
  },
});
await worker.run();
