import { setTimeout as sleep } from 'node:timers/promises';
import type { Entry } from '../../contract/transcript.ts';
import { addressOf, headersOf, isRefusal, type Link, refusal } from './link.ts';

const RETRY_MS = 500;
const NOT_FOUND = 404;
/** Entries that are shown of what was before. */
const BEFORE = 10;

/** The cursor before the latest entries; 0 for a conversation that has not begun. Waits for the gateway. Throws UserError. */
export async function latestCursor(link: Link): Promise<number> {
  for (;;) {
    const response = await fetch(addressOf(link), { headers: headersOf(link) }).catch(() => undefined);
    if (response?.status === NOT_FOUND) return 0;
    if (response && isRefusal(response.status)) throw refusal(response.status, await response.text());
    if (response?.ok) {
      const { transcript } = (await response.json()) as { transcript: Entry[] };
      const [first] = transcript.slice(-BEFORE);
      return first ? first.seq - 1 : 0;
    }
    await sleep(RETRY_MS);
  }
}
