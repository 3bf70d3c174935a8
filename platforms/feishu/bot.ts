import { z } from 'zod';
import { keepSuccess } from '../keep-success.ts';
import type { CallFeishu } from './api.ts';

/** Feishu waits 3 seconds for the answer to an event. */
const TIMEOUT_MS = 2_000;

const info = z.object({ bot: z.object({ open_id: z.string() }) });

/** The bot's own `open_id`: asked once for a process; an error is not kept. */
export function createBotId(call: CallFeishu): () => Promise<string> {
  return keepSuccess(async () => {
    const { signal } = new AbortController();
    const request = {
      what: 'bot/v3/info',
      method: 'GET',
      path: 'bot/v3/info',
      timeoutMs: TIMEOUT_MS,
      signal,
    } as const;
    return (await call(request, info)).bot.open_id;
  });
}
