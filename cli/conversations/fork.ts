import { randomBytes } from 'node:crypto';
import { WorkflowNotFoundError } from '@temporalio/client';
import { beginConversation } from '../../activities/begin-conversation.ts';
import { answeredTurns, forkedAt } from '../../contract/fork.ts';
import { carried } from '../../contract/signals.ts';
import { askTemporal } from '../temporal/ask-temporal.ts';
import { UserError } from '../user-error.ts';
import { noConversation, readId } from './open.ts';

export interface ForkOptions {
  /** The last turn that the new one knows of; by default the last that was answered. */
  at?: number;
  /** Its id. */
  as?: string;
}

export interface Forked {
  /** Workflow id of the new conversation. */
  conversation: string;
  /** The last turn that it knows of. */
  turn: number;
}

/** `conversations fork`: begins a conversation that goes on from a turn of another one, which stays as it is. Throws UserError. */
export async function forkConversation(
  env: NodeJS.ProcessEnv,
  given: string,
  { at, as = `fork-${randomBytes(4).toString('hex')}` }: ForkOptions,
): Promise<Forked> {
  const { workflowId } = readId(given);
  const { workflowId: copy, ...id } = readId(as);
  return askTemporal(env, async (client) => {
    const known = await client.workflow
      .getHandle(workflowId)
      .query(carried)
      .catch((error: unknown) => {
        throw error instanceof WorkflowNotFoundError ? noConversation(workflowId) : error;
      });
    const turns = answeredTurns(known);
    const turn = at ?? turns.at(-1);
    if (turn === undefined || !turns.includes(turn)) throw noTurn(turn, turns);
    const begun = await beginConversation(
      client,
      { ...id, state: forkedAt(known, turn) },
      `from turn ${turn} of ${workflowId}`,
    );
    if (!begun) throw new UserError(`There is a conversation ${copy} already. Choose another id with --as.`);
    return { conversation: copy, turn };
  });
}

function noTurn(turn: number | undefined, turns: number[]): UserError {
  if (turns.length === 0)
    return new UserError('There is no turn to go on from: none was answered, or /new put them away.');
  return new UserError(
    `--at: there is no answered turn ${turn} left; those are ${turns.join(', ')}. What a summary tells of cannot be gone back to.`,
  );
}
