import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import { beforeEach, describe, expect, it } from 'vitest';
import { lastGoodPoint } from '../../doctor/good-point.ts';
import { encoded } from '../../doctor/history.ts';
import type { Trial } from '../../doctor/trial.ts';
import { client, Events } from './events.ts';

const { History } = proto.temporal.api.history.v1;

/** What the code of this version does not do. */
const OTHERWISE = 'MARKER_RECORDED';
const trial: Trial = async (_, events) => ({
  outcome: events.some(({ eventType }) => eventType.endsWith(OTHERWISE)) ? 'differs' : 'passes',
});

describe('the point to which a conversation is reset', () => {
  let events: Events;

  beforeEach(() => {
    events = new Events();
    events.add('WORKFLOW_EXECUTION_STARTED');
    events.task();
  });

  function point() {
    const fetchHistory = async () => History.decode(encoded(events.all));
    const stored = { options: client.options, workflow: { getHandle: () => ({ fetchHistory }) } };
    return lastGoodPoint(stored as unknown as Client, trial, { workflowId: 'telegram/1', runId: 'r' });
  }

  it('is the last task before what this version does otherwise', async () => {
    events.task();
    events.add(OTHERWISE);
    events.task();
    expect(await point()).toMatchObject({ eventId: 6, lost: 6 });
  });

  it.each([
    ['reply is sent', 'deliver', { deliveryId: 'run.t1' }],
    ['file is sent', 'deliverFile', { deliveryId: 'run.t1' }],
    ['tool runs', 'look_up', { callId: 'a', turn: 1 }],
  ])('has nothing behind it that a reset would begin again: no %s', async (_, name, input) => {
    const scheduled = await events.schedule(name, input);
    events.task();
    const behind = events.all.length;
    await events.complete(scheduled, { receipt: { messageId: '1' }, next: null });
    events.task();
    events.add(OTHERWISE);
    expect((await point())?.eventId).toBe(behind + 3);
    events.all.splice(behind, 4);
    expect((await point())?.eventId).toBe(3);
  });

  it('is not there where already the first task is done otherwise', async () => {
    events.all.length = 1;
    events.add(OTHERWISE);
    events.task();
    expect(await point()).toBeUndefined();
  });
});
