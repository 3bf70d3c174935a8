import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationFailure, Context } from '@temporalio/activity';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type DeliveryRequest,
  type FileDelivery,
  MAX_INLINE_FILES,
  type OutgoingFile,
} from '../../contract/delivery.ts';
import { FAILURE } from '../../contract/failures.ts';
import type { ModelRequest, ModelStep } from '../../contract/model-step.ts';
import { type TranscriptView, transcript } from '../../contract/signals.ts';
import type { ToolReturn, ToolRun } from '../../contract/tool-call.ts';
import type { ReplyEntry } from '../../contract/transcript.ts';
import { hostConversations } from '../support/conversation-host.ts';

type Host = Awaited<ReturnType<typeof hostConversations>>;
const usage = { inputTokens: 1, outputTokens: 1 };
const inline = (name: string, bytes = 3): OutgoingFile => ({
  name,
  mediaType: 'text/plain',
  url: `data:text/plain;base64,${Buffer.alloc(bytes, 'x').toString('base64')}`,
});
const linked: OutgoingFile = {
  name: 'far.pdf',
  mediaType: 'application/pdf',
  url: 'https://example.com/far.pdf',
};
const buttons = (...labels: string[]) => labels.map((label) => ({ label, value: label }));

describe('files and buttons of a reply', () => {
  let host: Host;
  let shown: TranscriptView[];
  let runs: ToolRun[];
  /** What was delivered, in order. */
  let delivered: (DeliveryRequest | FileDelivery)[];
  let streamed: ModelStep['streamed'];
  let onFile: (index: number) => string;
  /** What the tools of each step return; one after the last, the model answers. */
  let steps: (ToolReturn | Promise<ToolReturn>)[][];
  let answer: () => ModelStep;

  beforeAll(async () => {
    host = await hostConversations(
      {
        async callModel({ upTo, turn, step }: ModelRequest): Promise<ModelStep> {
          const { workflowId = '', runId } = Context.current().info.workflowExecution ?? {};
          shown.push(
            await host.client.workflow.getHandle(workflowId, runId).query(transcript, { upTo, turn }),
          );
          const calls = turn > 1 ? undefined : steps[step - 1];
          if (!calls) return { ...answer(), ...(streamed ? { streamed } : {}) };
          const policy = { effect: 'read' as const, timeoutMs: 20_000, attempts: 1 };
          const ids = calls.map((_, index) => `${step}.${index}`);
          return {
            content: ids.map((id) => ({ type: 'tool-call', toolCallId: id, toolName: 'give', input: {} })),
            calls: ids.map((id) => ({ id, policy })),
            usage,
          };
        },
        async give(run: ToolRun) {
          runs.push(run);
          const [step = 0, index = 0] = run.callId.split('.').map(Number);
          return steps[step - 1]?.[index] ?? '';
        },
        async deliver(request: DeliveryRequest) {
          delivered.push(request);
          return { receipt: { messageId: `sent-${delivered.length}` }, next: null };
        },
        async deliverFile(request: FileDelivery) {
          delivered.push(request);
          return { messageId: onFile(request.index) };
        },
      },
      ['--dynamic-config-value', 'limit.historyCount.suggestContinueAsNew=40'],
    );
  });
  afterAll(() => host?.stop());
  beforeEach(() => {
    shown = [];
    runs = [];
    delivered = [];
    streamed = undefined;
    steps = [];
    onFile = (index) => `file-${index}`;
    answer = () => ({ content: [{ type: 'text', text: 'here' }], calls: [], usage });
  });

  async function replyIn(conversation = `telegram/${crypto.randomUUID()}`): Promise<ReplyEntry> {
    await host.say(conversation, { text: 'go', messageId: 'm1', returnAddress: { token: 't' } });
    const { entries } = await host.settled(conversation, 1);
    return entries.find((entry) => entry.kind === 'reply') as ReplyEntry;
  }

  it('go with it: all files, and the buttons of the last offer', async () => {
    steps = [
      [{ output: 'a', files: [inline('a.txt')], buttons: buttons('old') }, 'nothing'],
      [{ output: 'b', files: [linked], buttons: buttons('yes', 'no') }],
    ];
    expect(await replyIn()).toMatchObject({
      status: 'answered',
      text: 'here',
      files: [inline('a.txt'), linked],
      buttons: buttons('yes', 'no'),
    });
    expect(delivered).toMatchObject([{ from: 0 }, { index: 0 }, { index: 1 }]);
    expect(new Set(delivered.map(({ deliveryId }) => deliveryId)).size).toBe(1);
  });

  it('are in the order of the calls, whichever is done first', async () => {
    const late = sleep(1_000).then(() => ({
      output: 'a',
      files: [inline('a.txt')],
      buttons: buttons('old'),
    }));
    steps = [[late, { output: 'b', files: [inline('b.txt')], buttons: buttons('new') }]];
    expect(await replyIn()).toMatchObject({
      files: [inline('a.txt'), inline('b.txt')],
      buttons: buttons('new'),
    });
  });

  it('tells the tool’s activity what its platform needs to show typing', async () => {
    steps = [['nothing']];
    await replyIn();
    expect(runs).toMatchObject([{ inReplyTo: 'm1', returnAddress: { token: 't' } }]);
  });

  it('are not shown with a turn that failed', async () => {
    steps = [[{ output: 'a', files: [linked], buttons: buttons('yes', 'no') }]];
    answer = () => {
      throw ApplicationFailure.nonRetryable('no', FAILURE.modelRefused);
    };
    const reply = await replyIn();
    expect(reply.status).toBe('failed');
    expect(reply).not.toHaveProperty('files');
    expect(reply).not.toHaveProperty('buttons');
    expect(delivered).toHaveLength(1);
  });

  it('a streamed reply is finished once more for its buttons, and not for files', async () => {
    streamed = { receipt: { messageId: 's1' }, shown: { next: null } };
    steps = [[{ output: 'a', buttons: buttons('yes', 'no') }]];
    await replyIn();
    expect(delivered).toMatchObject([{ from: 0, receipt: { messageId: 's1' } }]);
    delivered = [];
    steps = [[{ output: 'a', files: [linked] }]];
    await replyIn();
    expect(delivered).toMatchObject([{ index: 0 }]);
  });

  it('a file that the platform will not take keeps back neither the next file nor the next reply', async () => {
    const conversation = `telegram/${crypto.randomUUID()}`;
    onFile = (index) => {
      if (index === 0) throw ApplicationFailure.nonRetryable('blocked', FAILURE.deliveryRefused);
      return 'file';
    };
    steps = [[{ output: 'a', files: [linked, linked] }]];
    await replyIn(conversation);
    await host.say(conversation, { text: 'again' });
    await host.settled(conversation, 2);
    expect(delivered).toMatchObject([{ from: 0 }, { index: 0 }, { index: 1 }, { from: 0 }]);
    // Looking for a lost message of ours must not hit the file.
    expect(shown.at(-1)?.target.knownMessageIds).toContain('file');
  });

  it('files after one that was given up are not waited for, and the next reply comes', async () => {
    const conversation = `telegram/${crypto.randomUUID()}`;
    onFile = () => {
      // As when the platform was away until the time for it was over.
      throw ApplicationFailure.create({ message: 'away', nextRetryDelay: '48h' });
    };
    steps = [[{ output: 'a', files: [linked, linked] }]];
    await replyIn(conversation);
    await host.say(conversation, { text: 'again' });
    await host.settled(conversation, 2);
    expect(delivered).toMatchObject([{ from: 0 }, { index: 0 }, { from: 0 }]);
  });

  it('more than a turn may carry is left out, and the model is told which', async () => {
    const half = MAX_INLINE_FILES / 2 + 3;
    steps = [
      [{ output: 'made', files: [inline('one.txt', half)] }],
      [{ output: 'made', files: [inline('two.txt', half), linked] }],
    ];
    const reply = await replyIn();
    expect(reply.files?.map(({ name }) => name)).toEqual(['one.txt', 'far.pdf']);
    const told = shown.at(-1)?.entries.findLast((entry) => entry.kind === 'tool');
    expect(told).toMatchObject({
      output: expect.stringMatching(/^made\ntwo\.txt was not attached: .* 256 KB/),
    });
  });

  it('never show the model the bytes of a file, nor carry them on when there is a newer turn', async () => {
    const conversation = `telegram/${crypto.randomUUID()}`;
    steps = [[{ output: 'a', files: [inline('big.txt', 100_000)] }]];
    await replyIn(conversation);
    const handle = host.client.workflow.getHandle(conversation);
    // One run may have ended while that turn was the newest.
    const runIds = new Set<string>();
    for (let count = 2; count < 30 && runIds.size < 3; count += 1) {
      await host.say(conversation, { text: `message ${count}` });
      await host.settled(conversation, count);
      runIds.add((await handle.describe()).runId);
    }
    expect(runIds.size).toBe(3);
    const { entries } = await host.view(conversation);
    const reply = entries.find((entry) => entry.kind === 'reply');
    expect(reply?.files?.map(({ name, url }) => [name, url.length])).toEqual([['big.txt', 0]]);
    expect(JSON.stringify(entries).includes('returnAddress')).toBe(false);
    expect(Math.max(...shown.map((seen) => JSON.stringify(seen).length))).toBeLessThan(20_000);
  });
});
