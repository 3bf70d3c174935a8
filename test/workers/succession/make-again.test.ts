import { setTimeout as sleep } from 'node:timers/promises';
import { Context, type Info } from '@temporalio/activity';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { whileAlive } from '../../../activities/alive.ts';
import { DEFAULT_SETTINGS } from '../../../contract/settings.ts';
import { makeAgain } from '../../../workers/succession/make-again.ts';
import type { Note } from '../../../workers/succession/notes.ts';
import { hostConversations } from '../../support/conversation-host.ts';
import { eventually } from '../../support/eventually.ts';

const ANSWER = {
  content: [{ type: 'text' as const, text: 'hi' }],
  calls: [],
  usage: { inputTokens: 1, outputTokens: 1 },
};

let host: Awaited<ReturnType<typeof hostConversations>>;
/** Attempts at a model call that have begun. */
const begun: Info[] = [];
let mayEnd = Promise.withResolvers<void>();

beforeAll(async () => {
  host = await hostConversations({
    callModel: () =>
      whileAlive(async ({ checkpoint }) => {
        const { info } = Context.current();
        await checkpoint({ of: info.attempt });
        begun.push(info);
        await mayEnd.promise;
        return ANSWER;
      }),
    deliver: async () => ({ receipt: { messageId: '1' }, next: null }),
  });
});
afterAll(async () => {
  mayEnd.resolve();
  await host?.stop();
});

async function noteOf(attempt: number): Promise<Note> {
  const info = await eventually(() => begun.find((one) => one.attempt === attempt));
  const { workflowExecution, activityId, base64TaskToken: taskToken } = info;
  const { workflowId = '', runId = '' } = workflowExecution ?? {};
  const { raw } = await host.client.workflow.getHandle(workflowId).describe();
  const identity = raw.pendingActivities?.[0]?.lastWorkerIdentity ?? '';
  return { workflowId, runId, activityId, attempt, taskToken, identity };
}

it('an attempt is made again at once, with what it had recorded; never another one than that which was noted, nor the last', async () => {
  const settings = { limits: { ...DEFAULT_SETTINGS.limits, failures: 3 } };
  await host.say('telegram/1', { text: 'hello' }, settings);
  const first = await noteOf(1);
  expect(await makeAgain(host.client, { ...first, identity: 'another' })).toBe(false);
  expect(await makeAgain(host.client, first)).toBe(true);
  const second = await noteOf(2);
  expect(begun[1]?.heartbeatDetails).toEqual({ of: 1 });
  const { scheduledTimestampMs = 0, currentAttemptScheduledTimestampMs = 0 } = begun[1] ?? {};
  expect(currentAttemptScheduledTimestampMs - scheduledTimestampMs).toBeLessThan(3_000);

  // The second runs now, and what is known of the first does not touch it; not even at Temporal's own door.
  expect(await makeAgain(host.client, first)).toBe(false);
  expect(await makeAgain(host.client, { ...second, taskToken: first.taskToken }).catch(String)).toMatch(
    /not.?found/i,
  );
  await sleep(1_000);
  expect(begun).toHaveLength(2);

  expect(await makeAgain(host.client, second)).toBe(true);
  expect(await makeAgain(host.client, await noteOf(3))).toBe(false);
  mayEnd.resolve();
  expect((await host.settled('telegram/1', 1)).entries.at(-1)).toMatchObject({ text: 'hi' });
});
