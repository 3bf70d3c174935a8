import { z } from 'zod';
import type { OutboundContext } from '../platform.ts';
import type { CallSlack } from './api.ts';
import { placeOf } from './conversation.ts';
import { SlackRefused } from './errors.ts';

const PAGE = 200;
const PAGES = 5;

const text = z.string().nullish().catch(undefined);

// Messages of others may be odd: none of them may keep us from finding ours.
const sent = z.object({
  ts: z.string(),
  metadata: z
    .object({ event_type: z.string(), event_payload: z.record(z.string(), z.unknown()) })
    .nullish()
    .catch(undefined),
  user: text,
  files: z
    .array(z.object({ id: text, name: text, size: z.number().nullish().catch(undefined), user: text }))
    .nullish()
    .catch(undefined),
});
const page = z.object({
  messages: z.array(sent),
  response_metadata: z.object({ next_cursor: z.string().nullish() }).nullish(),
});

export type SentMessage = z.output<typeof sent>;

/** Looks through what was written in a conversation since the turn began, and returns the first that is not undefined. */
export async function findSent<T>(
  call: CallSlack,
  { conversation, sentAfter, signal }: Pick<OutboundContext, 'conversation' | 'sentAfter' | 'signal'>,
  accept: (message: SentMessage) => T | undefined,
): Promise<T | undefined> {
  const { channel, thread } = placeOf(conversation);
  const range = { channel, limit: PAGE, include_all_metadata: true, ...(sentAfter && { oldest: sentAfter }) };
  let cursor: string | undefined;
  for (let count = 0; count < PAGES; count++) {
    const args = { ...range, ...(cursor && { cursor }) };
    const answer = await (thread === undefined
      ? call('conversations.history', args, { signal })
      : call('conversations.replies', { ...args, ts: thread }, { signal })
    ).catch((error: unknown) => {
      // Its first message is gone, and so is all that was below it.
      if (error instanceof SlackRefused && error.reason === 'thread_not_found') return { messages: [] };
      throw error;
    });
    const { messages, response_metadata: more } = page.parse(answer);
    for (const message of messages) {
      const found = accept(message);
      if (found !== undefined) return found;
    }
    cursor = more?.next_cursor ?? undefined;
    if (!cursor) return undefined;
  }
  return undefined;
}
