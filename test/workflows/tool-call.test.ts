import { ApplicationFailure, Context } from '@temporalio/activity';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FAILURE } from '../../contract/failures.ts';
import type { ModelRequest, ModelStep } from '../../contract/model-step.ts';
import type { Reconciled, ReconcileRun, ToolPolicy, ToolRun } from '../../contract/tool-call.ts';
import { hostConversations } from '../support/conversation-host.ts';

type Host = Awaited<ReturnType<typeof hostConversations>>;
const usage = { inputTokens: 1, outputTokens: 1 };
const lost = () => ApplicationFailure.retryable('the worker was shut down', FAILURE.interrupted);

/** A `once` tool whose worker is lost while it runs. */
describe('a lost run of a once tool', () => {
  let host: Host;
  let runs: ToolRun[];
  let asked: ReconcileRun[];
  let policy: ToolPolicy;
  let book: () => string;
  let reconcile: () => Reconciled;

  beforeAll(async () => {
    host = await hostConversations({
      async callModel({ step }: ModelRequest): Promise<ModelStep> {
        if (step > 1) return { content: [{ type: 'text', text: 'done' }], calls: [], usage };
        return {
          content: [{ type: 'tool-call', toolCallId: 'c1', toolName: 'book', input: { table: 7 } }],
          calls: [{ id: 'c1', policy }],
          usage,
        };
      },
      async book(run: ToolRun) {
        runs.push(run);
        return book();
      },
      async reconcile(run: ReconcileRun) {
        asked.push(run);
        return reconcile();
      },
    });
  });
  afterAll(() => host?.stop());
  beforeEach(() => {
    runs = [];
    asked = [];
    policy = { effect: 'once', timeoutMs: 10_000, attempts: 1, reconciles: true };
    book = () => {
      throw lost();
    };
    reconcile = () => ({ acted: 'unknown' });
  });

  async function turn() {
    const conversation = `web/${crypto.randomUUID()}`;
    await host.say(conversation, { text: 'book table 7' });
    const { entries } = await host.settled(conversation, 1);
    const tool = entries.find((entry) => entry.kind === 'tool');
    const reply = entries.find((entry) => entry.kind === 'reply');
    return { tool, reply: reply?.text };
  }

  it('is not run again when it is found to have acted: its result is what was found', async () => {
    reconcile = () => ({ acted: true, output: 'booked as 12' });
    expect(await turn()).toMatchObject({ tool: { outcome: 'ok', output: 'booked as 12' }, reply: 'done' });
    expect(runs).toHaveLength(1);
    expect(asked).toMatchObject([{ ...runs[0], tool: 'book' }]);
  });

  it('is run again, with the same key, when it is found not to have acted', async () => {
    reconcile = () => ({ acted: false });
    book = () => {
      if (runs.length === 1) throw lost();
      return 'booked';
    };
    expect(await turn()).toMatchObject({ tool: { outcome: 'ok', output: 'booked' }, reply: 'done' });
    expect(runs).toHaveLength(2);
    expect(runs[1]).toEqual(runs[0]);
  });

  it('is run no third time when the second is lost too', async () => {
    reconcile = () => ({ acted: false });
    const { tool, reply } = await turn();
    expect(tool?.outcome).toBe('unknown');
    expect(reply).toContain('The outcome of `book` is unknown');
    expect(runs).toHaveLength(2);
  });

  it.each<[string, () => Reconciled]>([
    ['nobody can tell', () => ({ acted: 'unknown' })],
    [
      'asking fails',
      () => {
        throw ApplicationFailure.nonRetryable('the booking site is gone');
      },
    ],
  ])('is reported as unknown when %s', async (_, answer) => {
    reconcile = answer;
    const { tool, reply } = await turn();
    expect(tool).toMatchObject({
      outcome: 'unknown',
      output: expect.stringContaining('The outcome is unknown'),
    });
    expect(reply).toContain('The outcome of `book` is unknown');
    expect(runs).toHaveLength(1);
  });

  it('is reported as unknown without asking when the tool cannot reconcile', async () => {
    policy = { effect: 'once', timeoutMs: 10_000, attempts: 1 };
    const { tool, reply } = await turn();
    expect(tool?.outcome).toBe('unknown');
    expect(reply).toContain('The outcome of `book` is unknown');
    expect([runs.length, asked.length]).toEqual([1, 0]);
  });

  it('is told from one that failed: the error is known, and nothing is asked', async () => {
    book = () => {
      throw ApplicationFailure.nonRetryable('no table is free', FAILURE.toolFailed);
    };
    expect(await turn()).toMatchObject({
      tool: { outcome: 'error', output: 'book failed: no table is free' },
      reply: 'done',
    });
    expect([runs.length, asked.length]).toEqual([1, 0]);
  });

  it('and an idempotent one that is lost is simply run again, with the same key', async () => {
    policy = { effect: 'idempotent', timeoutMs: 10_000, attempts: 3 };
    book = () => {
      if (Context.current().info.attempt < 3) throw lost();
      return 'booked';
    };
    expect(await turn()).toMatchObject({ tool: { outcome: 'ok', output: 'booked' }, reply: 'done' });
    expect(runs).toHaveLength(3);
    expect(new Set(runs.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
  });
});
