import { Routes } from 'discord-api-types/v10';
import type { CallDiscord } from './api.ts';
import { isNewer } from './snowflake.ts';

const PAGE = 100;

/** The messages of a channel after one, oldest first, page by page. */
export async function* readAfter<T extends { id: string }>(
  call: CallDiscord,
  channel: string,
  after: string,
  signal: AbortSignal,
): AsyncGenerator<T[]> {
  for (let last = after; ; ) {
    const page = await call<T[]>({
      what: 'reading messages',
      method: 'GET',
      route: Routes.channelMessages(channel),
      query: new URLSearchParams({ after: last, limit: String(PAGE) }),
      signal,
    });
    page.sort((one, other) => (isNewer(one.id, other.id) ? 1 : -1));
    if (page.length > 0) yield page;
    last = page.at(-1)?.id ?? last;
    if (page.length < PAGE) return;
  }
}
