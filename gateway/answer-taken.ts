import type { Context } from 'hono';
import type { FollowDependencies } from './follow.ts';
import type { TakenMessage } from './take-message.ts';
import { waitForReply } from './wait-for-reply.ts';

/** The answer to who sent a message: that it is stored, or its reply if that comes within this many seconds. */
export async function answerTaken(
  context: Context,
  taken: TakenMessage,
  wait: number,
  dependencies: FollowDependencies,
): Promise<Response> {
  if (wait === 0) return context.json(taken, 202);
  const signal = AbortSignal.any([AbortSignal.timeout(wait * 1000), context.req.raw.signal]);
  const reply = await waitForReply(taken.conversation, taken.message, dependencies, signal);
  if (!reply) return context.json(taken, 202);
  const { kind: _, at: __, ...shown } = reply;
  return context.json({ ...taken, reply: shown });
}
