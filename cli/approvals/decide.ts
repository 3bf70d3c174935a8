import { REACHES } from '../../contract/approval.ts';
import { type Open, withConversations } from '../conversations/open.ts';
import { type Sent, sendTo } from '../conversations/send.ts';
import { UserError } from '../user-error.ts';
import { waiting } from './pending.ts';

const LONGEST_MS = 5 * 60_000;
const ANSWER_MS = 20_000;

/** Decides a request as the operator, by the command that a chat has for it. Throws UserError and ConfigError. */
async function decide(env: NodeJS.ProcessEnv, request: string, command: string): Promise<Sent> {
  const tell = async (open: Open) => {
    const found = (await waiting(open)).find(({ id }) => id === request);
    if (!found)
      throw new UserError(
        `No request ${request} waits: it was decided, has expired, or never was. \`holdfast approvals list\` lists those that do.`,
      );
    return sendTo(open, found.conversation, command, { waitMs: ANSWER_MS });
  };
  return withConversations(env, tell, LONGEST_MS);
}

/** `approvals approve`: this call, or as far as `reach` says. */
export async function approve(env: NodeJS.ProcessEnv, request: string, reach: string): Promise<Sent> {
  if (!REACHES.some((one) => one === reach))
    throw new UserError(`--reach: must be one of ${REACHES.join(', ')}`);
  return decide(env, request, `/approve ${request} ${reach}`);
}

/** `approvals deny` */
export async function deny(env: NodeJS.ProcessEnv, request: string): Promise<Sent> {
  return decide(env, request, `/deny ${request}`);
}
