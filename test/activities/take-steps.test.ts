import { ApplicationFailure } from '@temporalio/activity';
import { describe, expect, it } from 'vitest';
import { type Stepping, takeSteps } from '../../activities/take-steps.ts';
import type { ModelRequest, ModelStep } from '../../contract/model-step.ts';
import type { TranscriptView } from '../../contract/signals.ts';
import { NO_USAGE } from '../../contract/usage.ts';

const REQUEST: ModelRequest = { conversation: 'c', upTo: 1, turn: 1, step: 3, further: 2 };
const SEEN = {
  entries: [{ kind: 'user', seq: 1, turn: 1, id: 'e1', text: 'hello', at: 0 }],
  said: '',
  omittedTurns: 0,
  target: { platform: 'p', conversation: 'c', deliveryId: 'd', knownMessageIds: [], live: [] },
} as TranscriptView;

const calling = (id: string, more: Partial<ModelStep> = {}): ModelStep => ({
  content: [
    { type: 'text', text: `calls ${id}` },
    { type: 'tool-call', toolCallId: id, toolName: 'look_up', input: {} },
  ],
  calls: [{ id, policy: { effect: 'read', timeoutMs: 1, attempts: 1, short: true } }],
  usage: NO_USAGE,
  ...more,
});
const saying: ModelStep = { content: [{ type: 'text', text: 'done' }], calls: [], usage: NO_USAGE };

/** Takes these steps one after the other; a call's result is the id of the call. */
async function take(steps: (ModelStep | Error)[], more: Partial<Stepping> = {}, request = REQUEST) {
  const asked: { step: number; seen: TranscriptView }[] = [];
  const result = await takeSteps(request, SEEN, {
    neighbour: { hasNews: false },
    signal: new AbortController().signal,
    async step({ step }, seen) {
      asked.push({ step, seen });
      const next = steps.shift();
      if (next instanceof Error) throw next;
      return next ?? saying;
    },
    run: async (_, __, { calls }) => (calls.length > 0 ? calls.map(({ id }) => `result ${id}`) : undefined),
    ...more,
  });
  return { asked, result };
}

describe('the steps of one model activity', () => {
  it('go on while what is called has been run, each seeing what was said and found before', async () => {
    const { asked, result } = await take([calling('a'), saying]);
    expect(result).toEqual({ ...saying, before: [{ ...calling('a'), results: ['result a'] }] });
    expect(asked.map(({ step }) => step)).toEqual([3, 4]);
    const { entries, said } = asked[1]?.seen ?? SEEN;
    expect(entries).toMatchObject([
      { seq: 1 },
      { seq: 2, kind: 'assistant', content: calling('a').content },
      { seq: 3, kind: 'tool', callId: 'a', output: 'result a', outcome: 'ok' },
    ]);
    expect(said).toBe('calls a');
  });

  it('are as many as were allowed', async () => {
    const { asked, result } = await take([calling('a'), calling('b'), calling('c'), saying]);
    expect(asked).toHaveLength(3);
    expect(result).toMatchObject({
      results: ['result c'],
      before: [{ results: ['result a'] }, { results: ['result b'] }],
    });
  });

  it('end where a call is to be run by the workflow', async () => {
    const { result } = await take([calling('a')], { run: async () => undefined });
    expect(result).toEqual(calling('a'));
  });

  it('are one where the workflow run is elsewhere: nothing is run', async () => {
    let ran = 0;
    const run = async () => {
      ran += 1;
      return ['result'];
    };
    expect((await take([calling('a')], { neighbour: undefined, run })).result).toEqual(calling('a'));
    expect(ran).toBe(0);
  });

  it.each([
    ['a message has come', { neighbour: { hasNews: true } }, {}],
    ['the turn was stopped', { signal: AbortSignal.abort() }, {}],
    ['the transcript is to be summarised', {}, { crowded: true as const }],
  ])('end with the results when %s', async (_, more, step) => {
    const { asked, result } = await take([calling('a', step)], more);
    expect(asked).toHaveLength(1);
    expect(result).toEqual({ ...calling('a', step), results: ['result a'] });
  });

  it('keep what is done when a further step fails, with what it may have shown', async () => {
    const shown = { mayHaveStreamed: true, sentAfter: '7' };
    const failure = ApplicationFailure.create({ message: 'away', details: [shown] });
    const { result } = await take([calling('a'), failure]);
    expect(result).toEqual({ ...calling('a'), results: ['result a'], ...shown });
  });

  it('fail with the first', async () => {
    await expect(take([new Error('away')])).rejects.toThrow('away');
  });

  it('go on in the message that a step before has begun', async () => {
    const streamed = { receipt: { messageId: 'm1' } };
    const { asked } = await take([calling('a', { streamed }), saying]);
    expect(asked[1]?.seen.target.receipt).toEqual({ messageId: 'm1' });
  });
});
