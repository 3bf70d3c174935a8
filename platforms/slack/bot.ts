import { z } from 'zod';
import { keepSuccess } from '../keep-success.ts';
import type { CallSlack } from './api.ts';
import type { SlackAuthorization } from './event.ts';

/** Slack wants its answer within 3 seconds. */
const TIMEOUT_MS = 2_000;

/** Who we are in Slack. */
export interface Bot {
  /** Our user id: as the event says; else Slack is asked, once for a process (an error is not kept). */
  userId(authorizations: readonly SlackAuthorization[]): Promise<string>;
}

const whoAmI = z.object({ user_id: z.string() });

/** Our user id, as Slack says now. Throws as {@link CallSlack}. */
export async function askUserId(call: CallSlack, options: Parameters<CallSlack>[2]): Promise<string> {
  return whoAmI.parse(await call('auth.test', {}, options)).user_id;
}

export function createBot(call: CallSlack): Bot {
  const ask = keepSuccess(() => {
    const { signal } = new AbortController();
    return askUserId(call, { signal, timeoutMs: TIMEOUT_MS });
  });
  return {
    async userId(authorizations) {
      const told = authorizations.find(({ is_bot: isBot }) => isBot)?.user_id;
      return told || ask();
    },
  };
}
