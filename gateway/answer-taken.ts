import type { Context } from 'hono';
import { type OperatorMessage, type TakeDependencies, takeMessage } from './take-message.ts';
import { waitForReply } from './wait-for-reply.ts';
import type { Watchers } from './watchers.ts';

export interface AnswerDependencies extends TakeDependencies {
  watchers: Watchers;
}

/**
 * Stores a message and answers who sent it: that it is stored, or with its reply if that comes within this many seconds. Throws an
 * `HttpError` as `takeMessage` does, and, before it is stored, 503 where too many wait.
 */
export async function answerTaken(
  context: Context,
  message: OperatorMessage,
  wait: number,
  dependencies: AnswerDependencies,
): Promise<Response> {
  if (wait === 0) return context.json(await takeMessage(message, dependencies), 202);
  return dependencies.watchers.during(async () => {
    const taken = await takeMessage(message, dependencies);
    const signal = AbortSignal.any([AbortSignal.timeout(wait * 1000), context.req.raw.signal]);
    const reply = await waitForReply(taken.conversation, taken.message, dependencies, signal);
    if (!reply) return context.json(taken, 202);
    const { kind: _, at: __, ...shown } = reply;
    return context.json({ ...taken, reply: shown });
  });
}
