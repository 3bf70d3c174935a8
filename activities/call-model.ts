import { Context } from '@temporalio/activity';
import type { ModelRequest, ModelStep } from '../contract/model-step.ts';
import { type TranscriptView, transcript } from '../contract/signals.ts';
import type { UserEntry } from '../contract/transcript.ts';
import type { ActivityDependencies } from './activities.ts';
import { type Alive, whileAlive } from './alive.ts';
import { FileCache } from './file-cache.ts';
import type { Neighbour } from './handed-over.ts';
import { createMemoryStore } from './memory-store.ts';
import { readNotes } from './notes.ts';
import { readConversation } from './read-conversation.ts';
import { runShortCalls } from './run-short-calls.ts';
import { showFiles } from './show-files.ts';
import { type Finished, type Further, takeStep } from './take-step.ts';
import { takeSteps } from './take-steps.ts';
import { showTyping } from './typing.ts';

/** The activity `callModel`: a model step, or several with short tools between them, shown while it is being written. */
export function createCallModel(dependencies: ActivityDependencies) {
  const { client, platforms, agents, handedOver } = dependencies;
  const cache = new FileCache();
  const memory = createMemoryStore(client);

  async function answer(request: ModelRequest, alive: Alive, neighbour: Neighbour | undefined) {
    const { signal } = alive;
    const first = await readConversation(dependencies, transcript, asked(request));
    const agent = agents.get(first.agent);
    const typingEnded = showTyping(platforms.get(first.target.platform), first.target, signal);
    try {
      return await takeSteps(request, first, {
        neighbour,
        signal,
        step(next, seen) {
          const platformOf = ({ place = seen.target }: UserEntry) => platforms.get(place.platform);
          const further: Further = {
            files: () => showFiles(seen.entries, { platformOf, cache, signal }),
            notes: async () => (agent.remembers ? readNotes(memory, { ...next, ...seen }, signal) : ''),
          };
          return takeStep(dependencies, next, seen, further, alive);
        },
        run: async ({ step: number }, seen, { content, calls }) =>
          runShortCalls({
            content,
            planned: calls,
            tools: await agent.tools(),
            run: runOf(request, seen),
            step: { turnKey: seen.key ?? '', step: number },
            signal,
          }),
      });
    } finally {
      typingEnded();
    }
  }

  return async function callModel(request: ModelRequest): Promise<ModelStep> {
    return whileAlive(async (alive) => {
      alive.repeatable(dependencies.noteAttempt);
      const { attempt, heartbeatDetails, workflowExecution } = Context.current().info;
      const { finished } = (heartbeatDetails ?? {}) as Finished;
      // What it said may be on its way to the user: it is not said anew, in other words.
      if (finished) return { ...finished, mayHaveStreamed: true };
      if (!request.further || !handedOver || attempt > 1) return answer(request, alive, undefined);
      const given = { runId: workflowExecution?.runId ?? '', query: transcript.name, args: [asked(request)] };
      return handedOver.beside(given, (neighbour) => answer(request, alive, neighbour));
    });
  };
}

/** What the transcript is asked for, as the workflow hands it over. */
function asked({ upTo, turn }: ModelRequest): Pick<ModelRequest, 'upTo' | 'turn'> {
  return { upTo, turn };
}

/** What the short tools of a step are told of it. */
function runOf({ conversation, turn }: ModelRequest, seen: TranscriptView) {
  const { person, group, agent, entries } = seen;
  const sender = entries.findLast((entry) => entry.kind === 'user')?.sender;
  return {
    conversation,
    turn,
    ...(agent === undefined ? {} : { agent }),
    ...(sender ? { sender } : {}),
    ...(person === undefined ? {} : { person }),
    ...(group ? { group } : {}),
  };
}
