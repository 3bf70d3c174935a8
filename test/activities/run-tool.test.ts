import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationFailure, type Info } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ActivityDependencies, ToolActivity } from '../../activities/activities.ts';
import { createRunTool } from '../../activities/run-tool.ts';
import { FAILURE } from '../../contract/failures.ts';
import type { LiveEvent } from '../../contract/live.ts';
import type { ToolReturn, ToolRun } from '../../contract/tool-call.ts';
import type { Platform } from '../../platforms/platform.ts';
import { defineTool, type ToolDefinition } from '../../tools/define-tool.ts';
import { OutcomeUnknown, type ToolContext, ToolError } from '../../tools/tool.ts';
import { oneAgent } from './one-agent.ts';

const pushed: LiveEvent[] = [];
const dependencies = {
  platforms: new Map(),
  pushLive: async (_: readonly string[], event: LiveEvent) => void pushed.push(event),
} as Partial<ActivityDependencies> as ActivityDependencies;

function runTool(
  tool: Partial<ToolDefinition<{ n: number }>>,
  input: { n: unknown } = { n: 1 },
  { info = {}, ...more }: Partial<ToolRun> & { info?: Partial<Info> } = {},
): Promise<ToolReturn> {
  const defined = defineTool({
    name: 'a_tool',
    description: 'is run',
    input: z.object({ n: z.number() }),
    effect: 'read',
    run: () => 'ok',
    ...tool,
  });
  const run = {
    conversation: 'web/a',
    turn: 1,
    callId: 'c1',
    input: input as { n: number },
    idempotencyKey: 'k1',
    sender: { id: 'ann' },
    live: ['http://127.0.0.1:1'],
    inReplyTo: '7',
    returnAddress: { token: 't' },
    ...more,
  };
  return new MockActivityEnvironment({ activityType: 'a_tool', ...info }, { logger }).run<
    [ToolRun],
    ToolReturn,
    ToolActivity
  >(createRunTool({ ...dependencies, agents: oneAgent(defined) }), run);
}

/** Without the SDK's word on an attempt that failed on purpose. */
const logger = new DefaultLogger('ERROR', () => {});

const file = { name: 'a.txt', mediaType: 'text/plain', data: Buffer.from('hi') };
const button = { label: 'Yes', value: 'y' };

describe('the activity of a tool', () => {
  it('gives the tool its input and context, and shows its progress', async () => {
    const result = await runTool({
      run({ n }, { idempotencyKey, conversation, sender, progress }) {
        progress('half way');
        return { n, idempotencyKey, conversation, sender: sender?.id ?? '' };
      },
    });
    expect(JSON.parse(result as string)).toEqual({
      n: 1,
      idempotencyKey: 'k1',
      conversation: 'web/a',
      sender: 'ann',
    });
    expect(pushed).toEqual([
      { kind: 'progress', conversation: 'web/a', turn: 1, callId: 'c1', text: 'half way' },
    ]);
  });

  it('shows at the platform that it is at work, with what the platform needs for that', async () => {
    const shown: unknown[] = [];
    const typing = async ({ signal: _, ...context }: object & { signal: AbortSignal }) =>
      void shown.push(context);
    dependencies.platforms = new Map([['web', { outbound: { typing } } as unknown as Platform]]);
    await runTool({});
    // In the background nobody waits for it.
    await runTool({}, undefined, { task: '0a1b2c3d' });
    dependencies.platforms = new Map();
    expect(shown).toEqual([{ conversation: 'a', inReplyTo: '7', returnAddress: { token: 't' } }]);
  });

  it('hands over what the tool attached and offered', async () => {
    const result = await runTool({
      run(_, { attach, offer }) {
        attach({ name: 'a.txt', mediaType: 'text/plain', data: Buffer.from('hi') });
        attach({ name: 'b.pdf', mediaType: 'application/pdf', data: 'https://example.com/b.pdf' });
        offer([{ label: 'Old', value: 'old' }]);
        offer([{ label: 'Yes', value: 'y' }]);
        return { n: 1 };
      },
    });
    expect(result).toEqual({
      output: '{\n "n": 1\n}',
      files: [
        { name: 'a.txt', mediaType: 'text/plain', url: 'data:text/plain;base64,aGk=' },
        { name: 'b.pdf', mediaType: 'application/pdf', url: 'https://example.com/b.pdf' },
      ],
      buttons: [{ label: 'Yes', value: 'y' }],
    });
  });

  it.each<[string, (context: ToolContext) => void, RegExp]>([
    ['a path', ({ attach }) => attach({ ...file, name: '../a' }), /without a path/],
    ['no name', ({ attach }) => attach({ ...file, name: ' ' }), /give the file a name/],
    ['no media type', ({ attach }) => attach({ ...file, mediaType: 'text' }), /media type/],
    ['an empty file', ({ attach }) => attach({ ...file, data: new Uint8Array() }), /empty/],
    [
      'a large one',
      ({ attach }) => attach({ ...file, data: Buffer.alloc(262_145) }),
      /256 KB.*https address/,
    ],
    ['another address', ({ attach }) => attach({ ...file, data: 'file:///etc/passwd' }), /https address/],
    ['a password', ({ attach }) => attach({ ...file, data: 'https://a:b@c.de/' }), /without a password/],
    ['many files', ({ attach }) => Array.from({ length: 11 }).forEach(() => attach(file)), /10 files/],
    ['no buttons', ({ offer }) => offer([]), /1 to 8/],
    ['nine buttons', ({ offer }) => offer(Array.from({ length: 9 }, () => button)), /1 to 8/],
    ['a long label', ({ offer }) => offer([{ ...button, label: 'é'.repeat(41) }]), /1 to 40 characters/],
    ['a long value', ({ offer }) => offer([{ ...button, value: 'é'.repeat(33) }]), /1 to 64 bytes/],
  ])('refuses %s with the fix', async (_, give, message) => {
    const run = (_input: unknown, context: ToolContext) => give(context);
    const failure = await runTool({ run }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ nonRetryable: true, message: expect.stringMatching(message) });
  });

  it.each([
    [undefined, 'done'],
    ['', '(no output)'],
    [{ a: [1] }, '{\n "a": [\n  1\n ]\n}'],
  ])('words the result %j as text', async (result, text) => {
    expect(await runTool({ run: () => result })).toBe(text);
  });

  it('cuts a long result, never inside a character, and says so', async () => {
    const result = (await runTool({ run: () => `x${'🙂'.repeat(100_000)}` })) as string;
    expect(result.length).toBeLessThan(65_000);
    expect(result).toMatch(/\[cut here: of 200001 characters, 64000 are shown\]$/);
    expect(result.isWellFormed()).toBe(true);
  });

  it.each<[string, Partial<ToolDefinition<{ n: number }>>, boolean]>([
    ['a read tool that throws is run again', { effect: 'read' }, false],
    ['a once tool that throws is not', { effect: 'once' }, true],
  ])('%s', async (_, tool, nonRetryable) => {
    const run = () => {
      throw new Error('no luck');
    };
    const failure = await runTool({ ...tool, run }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ApplicationFailure);
    expect(failure).toMatchObject({ message: 'no luck', type: FAILURE.toolFailed, nonRetryable });
  });

  it('does not fail when what a tool returned cannot be written as JSON: it has acted', async () => {
    const run = () => ({ n: 1n }) as unknown as string;
    expect(await runTool({ effect: 'once', run })).toBe('done; what it returned cannot be written as JSON');
  });

  it('takes a schema that checks asynchronously', async () => {
    const input = z.object({ n: z.number().refine(async (n) => n > 0) });
    expect(await runTool({ input })).toBe('ok');
  });

  it('is interrupted, not failed, when its process was suspended in the middle', async () => {
    const run = async (_: unknown, { signal }: { signal: AbortSignal }) => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 4_000);
      await sleep(3_000, undefined, { signal });
      return 'too late';
    };
    const failure = await runTool({ effect: 'once', run }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ type: FAILURE.interrupted });
  });

  it.each<['once' | 'read', number, boolean]>([
    ['once', 1, true],
    ['read', 1, false],
    ['read', 3, true],
  ])(
    'a %s tool that cannot tell whether it acted was interrupted, at attempt %i',
    async (effect, attempt, nonRetryable) => {
      const run = () => {
        throw new OutcomeUnknown('the line was cut');
      };
      const info = { attempt };
      const failure = await runTool({ effect, run }, { n: 1 }, { info }).catch((error: unknown) => error);
      expect(failure).toMatchObject({ message: 'the line was cut', type: FAILURE.interrupted, nonRetryable });
    },
  );

  it('finds its tool by the activity type, and one that is not there may come back', async () => {
    const failure = await runTool({}, { n: 1 }, { info: { activityType: 'other' } }).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ message: 'there is no tool other any more', nonRetryable: false });
  });

  it('tells a ToolError to the model at once', async () => {
    const run = () => {
      throw new ToolError('no such page');
    };
    const failure = await runTool({ run }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ message: 'no such page', nonRetryable: true });
  });
});
