import type { Entry } from '../../contract/transcript.ts';
import { entryEvent, statusEvent } from '../../gateway/events.ts';
import { follow } from '../../gateway/follow.ts';
import type { Terminal } from '../terminal.ts';
import { entryLine } from './entry-line.ts';
import { type Open, readId, withConversations } from './open.ts';

/** Entries shown of what was before. */
const BEFORE = 10;

export interface TailOptions {
  /** The cursor to go on from. */
  after?: number;
  json?: true;
}

/**
 * `conversations tail`: durable entries and changes of the state as they come, until `stop`; through restarts of all there is. With `json`
 * the events of `GET /v1/conversations/{id}/events`, one a line. Throws UserError and ConfigError.
 */
export async function tailConversation(
  env: NodeJS.ProcessEnv,
  given: string,
  { after, json, terminal, stop }: TailOptions & { terminal: Terminal; stop: AbortSignal },
): Promise<void> {
  const { platform, workflowId } = readId(given);
  const show = (entry: Entry) =>
    terminal.line(json ? JSON.stringify(entryEvent(entry)) : entryLine(entry, platform));
  const tail = async (open: Open) => {
    let shownStatus = '';
    const cursor = after ?? (await latest(open, workflowId));
    for await (const seen of follow(workflowId, cursor, open, stop)) {
      for (const entry of seen.entries) show(entry);
      const status = JSON.stringify(statusEvent(seen));
      if (json && status !== shownStatus) terminal.line(status);
      shownStatus = status;
    }
  };
  await withConversations(env, tail, Number.POSITIVE_INFINITY);
}

/** The cursor before the latest entries; 0 for a conversation that has not begun. */
async function latest({ conversations }: Open, workflowId: string): Promise<number> {
  const seen = await conversations.readWhole(workflowId);
  const [first] = seen?.entries.slice(-BEFORE) ?? [];
  return first ? first.seq - 1 : 0;
}
