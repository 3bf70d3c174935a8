import { useEffect, useState } from 'preact/hooks';
import type { ListedConversation } from '../../listed-conversation.ts';
import { type Filter, listApprovals, listConversations, Refused, type Waiting } from './api.ts';

const EVERY_MS = 2_000;
/** While a filter is being written. */
const TYPING_MS = 250;

export interface Overview {
  /** Undefined until they are known. */
  conversations?: ListedConversation[];
  waiting: Waiting[];
  /** Why what is shown may be old. */
  problem?: string;
  keyNeeded: boolean;
}

/** The conversations that a filter lets through and what waits for an approver, asked for again and again while the page is seen. */
export function useOverview(filter: Filter, signIns: number): Overview {
  const [overview, setOverview] = useState<Overview>({ waiting: [], keyNeeded: false });
  useEffect(() => {
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    async function look(): Promise<void> {
      try {
        const [conversations, waiting] = await Promise.all([
          listConversations(filter, stop.signal),
          listApprovals(stop.signal),
        ]);
        setOverview({ conversations, waiting, keyNeeded: false });
      } catch (error) {
        if (stop.signal.aborted) return;
        const keyNeeded = error instanceof Refused && error.status === 401;
        const problem = error instanceof Refused ? error.message : 'The gateway does not answer.';
        setOverview((before) => ({ ...before, keyNeeded, problem }));
        // There is no sense in asking on without a key.
        if (keyNeeded) return;
      }
      timer = setTimeout(next, EVERY_MS);
    }
    const next = () => (document.hidden ? undefined : void look());
    const seen = () => {
      clearTimeout(timer);
      next();
    };
    timer = setTimeout(next, TYPING_MS);
    document.addEventListener('visibilitychange', seen);
    return () => {
      stop.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', seen);
    };
  }, [filter.platform, filter.status, filter.sender, signIns]);
  return overview;
}
