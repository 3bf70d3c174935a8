import { z } from 'zod';
import { type CallFeishu, FeishuRefused } from './api.ts';
import { contentOf } from './content.ts';

/** Feishu waits 3 seconds for the answer to an event. */
const TIMEOUT_MS = 2_000;

const text = z.string().nullish().catch(undefined);

const item = z.object({
  message_id: z.string(),
  thread_id: text,
  msg_type: text,
  sender: z.object({ id: text }).nullish().catch(undefined),
  body: z.object({ content: text }).nullish().catch(undefined),
});
const items = z.object({ data: z.object({ items: z.array(item).nullish() }) });

/** A message as Feishu keeps it. */
export interface KeptMessage {
  threadId: string | undefined;
  /** `open_id` of a person, app id of a bot. */
  senderId: string | undefined;
  text: string;
}

const ID = /^[\w-]{1,256}$/;

/** Undefined if it is gone, or the app may not read it, or no message has such an id. */
export async function readMessage(call: CallFeishu, messageId: string): Promise<KeptMessage | undefined> {
  if (!ID.test(messageId)) return undefined;
  const { signal } = new AbortController();
  const path = `im/v1/messages/${messageId}`;
  try {
    const { data } = await call(
      { what: 'reading a message', method: 'GET', path, timeoutMs: TIMEOUT_MS, signal },
      items,
    );
    const [kept] = data.items ?? [];
    if (!kept) return undefined;
    const { thread_id: threadId, msg_type: type, sender, body } = kept;
    return {
      threadId: threadId ?? undefined,
      senderId: sender?.id ?? undefined,
      text: contentOf(messageId, type ?? '', body?.content ?? '')?.text ?? '',
    };
  } catch (error) {
    if (error instanceof FeishuRefused) return undefined;
    throw error;
  }
}

/** The newest message of a thread: the only way into it is to answer one of its messages. */
export async function newestInThread(
  call: CallFeishu,
  threadId: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const query = new URLSearchParams({
    container_id_type: 'thread',
    container_id: threadId,
    sort_type: 'ByCreateTimeDesc',
    page_size: '1',
  });
  const request = {
    what: 'reading a thread',
    method: 'GET',
    path: `im/v1/messages?${query.toString()}`,
    signal,
  } as const;
  const { data } = await call(request, items);
  return data.items?.[0]?.message_id;
}
