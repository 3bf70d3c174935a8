import type { Client } from '@temporalio/client';
import type { Config } from '../../config/config.ts';
import { type Environment, readEnvironment } from '../../config/environment.ts';
import { createGroupPolicy } from '../../config/group-policy.ts';
import { loadConfig } from '../../config/load-config.ts';
import {
  type ConversationId,
  InvalidConversationId,
  parseConversationId,
  workflowIdOf,
} from '../../contract/conversation-id.ts';
import { ChangeFeed } from '../../gateway/change-feed.ts';
import { Conversations } from '../../gateway/conversations.ts';
import { HttpError } from '../../gateway/errors.ts';
import type { FollowDependencies } from '../../gateway/follow.ts';
import { createResolveSettings } from '../../gateway/settings.ts';
import { askTemporal } from '../temporal/ask-temporal.ts';
import { UserError } from '../user-error.ts';

/** What a gateway has of the conversations at TEMPORAL_ADDRESS, or by default of those that run here. */
export interface Open extends FollowDependencies {
  client: Client;
  environment: Environment;
  config: Config;
}

/**
 * Works on conversations as a gateway does: at Temporal, in no more than `answerMs`. Throws a UserError where Temporal or a worker does not
 * answer, and ConfigError.
 */
export async function withConversations<T>(
  env: NodeJS.ProcessEnv,
  act: (open: Open) => Promise<T>,
  answerMs?: number,
): Promise<T> {
  const environment = readEnvironment(env);
  const config = await loadConfig(environment);
  const settings = createResolveSettings(config);
  const groupPolicy = createGroupPolicy(config.access.groups);
  const opened = (client: Client) => {
    const conversations = new Conversations(client, settings, groupPolicy);
    return act({ client, conversations, changes: new ChangeFeed(client), environment, config });
  };
  try {
    return await askTemporal(env, opened, answerMs);
  } catch (error) {
    if (error instanceof HttpError) throw new UserError(error.message);
    throw error;
  }
}

/** Reads an id as the HTTP API does: the workflow id, or one without a slash of the platform `web`. Throws UserError. */
export function readId(text: string): ConversationId & { workflowId: string } {
  try {
    const id = parseConversationId(text);
    return { ...id, workflowId: workflowIdOf(id) };
  } catch (error) {
    if (error instanceof InvalidConversationId) throw new UserError(`${error.message}.`);
    throw error;
  }
}

export function noConversation(workflowId: string): UserError {
  return new UserError(
    `There is no conversation ${workflowId}. \`holdfast conversations list\` lists those that there are.`,
  );
}
