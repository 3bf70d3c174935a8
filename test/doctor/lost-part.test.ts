import { beforeEach, describe, expect, it } from 'vitest';
import { receive } from '../../contract/signals.ts';
import { TASK } from '../../contract/task.ts';
import { healingOf } from '../../doctor/lost-part.ts';
import { client, Events, values } from './events.ts';

/** What a conversation is told of the part of its history after a reset's point. */
describe('of a part that is given up', () => {
  let events: Events;
  /** Where the part begins. */
  let point: number;

  beforeEach(() => {
    events = new Events();
    events.add('WORKFLOW_EXECUTION_STARTED');
    events.task();
    point = events.all.length;
  });

  const healing = () => healingOf(client, events.all.slice(0, point), events.all.slice(point));
  const say = (id: string, text = 'hello') => events.signal(receive.name, { id, text }, {});
  const ask = (turn: number) => events.schedule('callModel', { conversation: 'c', turn });
  const answer = (asked: number, text: string, ...tools: [id: string, effect: string][]) =>
    events.complete(asked, {
      content: [
        { type: 'text', text },
        ...tools.map(([id]) => ({ type: 'tool-call', toolCallId: id, toolName: id, input: {} })),
      ],
      calls: tools.map(([id, effect]) => ({ id, policy: { effect } })),
    });

  it('a turn that was answered is not answered again, and what was shown of it is known', async () => {
    await say('m1');
    await answer(await ask(1), 'hi');
    const sent = await events.schedule('deliver', { deliveryId: 'run.t1' });
    await events.complete(sent, { receipt: { messageId: '77' }, next: null });
    await say('m2');
    expect(await healing()).toEqual({
      healed: [{ turn: 1, answers: ['m1'], said: 'hi', shown: ['77'] }],
      again: [],
      tasks: [],
    });
  });

  it('a reply of which not all was shown is looked for, and shown', async () => {
    await say('m1');
    await answer(await ask(1), 'hi');
    const sent = await events.schedule('deliver', { deliveryId: 'run.t1' });
    await events.complete(sent, { receipt: { messageId: '77' }, next: 4000 });
    expect((await healing()).healed).toEqual([{ turn: 1, answers: ['m1'], said: 'hi' }]);
  });

  it('a turn that acted and did not end is not run again: what acted is unknown', async () => {
    await say('m1');
    await answer(await ask(3), 'let me see', ['pay', 'once'], ['look_up', 'read']);
    await events.schedule('pay', { callId: 'pay', turn: 3 });
    await events.schedule('look_up', { callId: 'look_up', turn: 3 });
    expect((await healing()).healed).toEqual([{ turn: 3, answers: ['m1'], unknown: ['pay'] }]);
  });

  it('a turn that only read is run again, and so is all after it', async () => {
    await say('m1');
    await answer(await ask(1), '', ['look_up', 'read']);
    await events.schedule('look_up', { callId: 'look_up', turn: 1 });
    expect(await healing()).toEqual({ healed: [], again: [1], tasks: [] });
  });

  it('the effects of calls are those that were planned before it', async () => {
    await say('m1');
    await answer(await ask(1), '', ['look_up', 'read']);
    events.task();
    point = events.all.length;
    await events.schedule('look_up', { callId: 'look_up', turn: 1 });
    expect((await healing()).healed).toEqual([]);
  });

  it('a command is given again', async () => {
    await say('m1', '/status');
    await say('m2');
    await answer(await ask(1), 'hi');
    expect((await healing()).healed).toEqual([{ turn: 1, answers: ['m2'], said: 'hi' }]);
  });

  it('its tasks still report, and the turn that delegated them is not run again', async () => {
    const origin = { settings: {} };
    const start = { id: 't1', task: 'look', origin, chosen: { agent: 'clerk' } };
    await say('m1');
    await answer(await ask(1), '', ['delegate', 'once']);
    events.add('START_CHILD_WORKFLOW_EXECUTION_INITIATED', {
      workflowType: { name: TASK },
      input: await values(start),
    });
    const { healed, tasks } = await healing();
    expect(healed).toEqual([{ turn: 1, answers: ['m1'], unknown: ['delegate'] }]);
    expect(tasks).toEqual([{ id: 't1', task: 'look', since: 1_700_000_000_000, origin, agent: 'clerk' }]);
  });
});
