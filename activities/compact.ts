import { Context } from '@temporalio/activity';
import type { Compacted, CompactRequest } from '../contract/compaction.ts';
import { parseConversationId } from '../contract/conversation-id.ts';
import { older } from '../contract/signals.ts';
import { priced } from '../models/price.ts';
import { summarise } from '../models/summarise.ts';
import type { ActivityDependencies } from './activities.ts';
import { modelNameOf, windowOf } from './agents.ts';
import { whileAlive } from './alive.ts';
import { modelFailure } from './model-failure.ts';
import { readConversation } from './read-conversation.ts';
import { shutdownFailure } from './shutdown.ts';
import { showTyping } from './typing.ts';

/** The activity `compact`: a summary of the older part of the transcript, by the model that answers. */
export function createCompact({
  client,
  agents,
  platforms,
  prices,
  noteAttempt,
}: Pick<ActivityDependencies, 'client' | 'agents' | 'platforms' | 'prices' | 'noteAttempt'>) {
  return async function compact({ upTo, ...request }: CompactRequest): Promise<Compacted> {
    return whileAlive(async ({ signal, repeatable }) => {
      repeatable(noteAttempt);
      const { platform, conversation } = request.place ?? parseConversationId(request.conversation);
      const shownAt = request.task === undefined ? platforms.get(platform) : undefined;
      const typingEnded = showTyping(shownAt, { ...request, conversation }, signal);
      try {
        const agent = agents.get(request.agent);
        const { text, usage } = await summarise({
          model: await agent.model(request.model),
          entries: await readConversation({ client }, older, upTo),
          window: windowOf(agent, request.model),
          signal,
        });
        const model = modelNameOf(agent, request.model);
        return { text, usage: priced(usage, model, prices), model };
      } catch (error) {
        if (!Context.current().cancellationSignal.aborted) throw modelFailure(error);
        throw shutdownFailure() ?? error;
      } finally {
        typingEnded();
      }
    });
  };
}
