import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import type { ModelRequest, ModelStep } from '../contract/model-step.ts';
import { type TranscriptView, transcript } from '../contract/signals.ts';
import type { UserEntry } from '../contract/transcript.ts';
import { NO_USAGE } from '../contract/usage.ts';
import { priced } from '../models/price.ts';
import type { ShownFiles } from '../models/shown-files.ts';
import type { ActivityDependencies } from './activities.ts';
import { modelNameOf } from './agents.ts';
import { type Alive, whileAlive } from './alive.ts';
import { isCrowded } from './crowded.ts';
import { FileCache } from './file-cache.ts';
import type { Neighbour } from './handed-over.ts';
import { LiveText } from './live-text.ts';
import { createMemoryStore } from './memory-store.ts';
import { modelFailure } from './model-failure.ts';
import type { NoteAttempt } from './note-attempt.ts';
import { readNotes } from './notes.ts';
import { outboundContext } from './outbound-context.ts';
import { planCall, planInWorkflow } from './plan-call.ts';
import { readConversation } from './read-conversation.ts';
import { ReplyStream, type StreamedSoFar } from './reply-stream.ts';
import { runShortCalls } from './run-short-calls.ts';
import { showFiles } from './show-files.ts';
import { shutdownFailure } from './shutdown.ts';
import { stepWithFiles } from './step-with-files.ts';
import { takeSteps } from './take-steps.ts';
import { showTyping } from './typing.ts';

/** Live text should be seen before the step it belongs to, but a gateway that does not answer must not hold up the turn. */
const LIVE_GRACE_MS = 200;

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
          return step(dependencies, next, seen, further, alive);
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

/** What an attempt leaves for the next once it sends the reply to a platform that cannot change it any more. */
interface Finished {
  finished?: ModelStep;
}

/** What the model sees besides the transcript. */
interface Further {
  files(): Promise<ShownFiles>;
  /** What is remembered, in words for the system prompt. */
  notes(): Promise<string>;
}

async function step(
  { agents, approvalExpireMs, platforms, prices, pushLive, noteAttempt }: ActivityDependencies,
  request: ModelRequest,
  seen: TranscriptView,
  further: Further,
  alive: Alive,
): Promise<ModelStep> {
  const { attempt } = Context.current().info;
  const { conversation, turn } = request;
  const agent = agents.get(seen.agent);
  const live = new LiveText(pushLive, seen.target.live, { conversation, turn, step: request.step, attempt });
  const outbound = platforms.get(seen.target.platform)?.outbound;
  const stream = replyStream(outbound, seen, attempt, alive, noteAttempt);
  let said = '';
  try {
    const [model, tools, notes, files] = await Promise.all([
      agent.model(seen.model),
      agent.tools(),
      further.notes(),
      further.files(),
    ]);
    const { depth = 0 } = seen;
    const workflowTools = agent.workflowTools.filter(({ notFromDepth }) => depth < notFromDepth);
    const { content, calls, usage } = await stepWithFiles({
      model,
      system: [agent.system, notes, omitted(seen.omittedTurns), asTask(depth)].filter(Boolean).join('\n\n'),
      entries: seen.entries,
      files,
      attempt,
      tools: [...tools, ...workflowTools],
      signal: alive.signal,
      onText(delta) {
        said += delta;
        live.add(delta);
        stream?.add(delta);
      },
    });
    await Promise.race([live.end(), sleep(LIVE_GRACE_MS)]);
    const planned = await Promise.all(
      calls.map(
        async (call) => planInWorkflow(call, workflowTools) ?? planCall(call, tools, approvalExpireMs),
      ),
    );
    const finished: ModelStep = {
      content,
      calls: planned,
      usage: priced(usage, modelNameOf(agent, seen.model), prices),
      ...(isCrowded(agent, seen, usage) ? { crowded: true } : {}),
    };
    const isReply = request.mayReply === true && planned.length === 0;
    if (isReply && outbound && !outbound.edit) {
      const stored = await alive.checkpoint({ finished } satisfies Finished).then(
        () => true,
        () => false,
      );
      if (!stored) return finished;
    }
    const shown = await stream?.end(isReply);
    return { ...finished, ...shown, ...(isReply && shown?.streamed?.shown ? { replied: true } : {}) };
  } catch (error) {
    const shown = await stream?.end();
    if (!Context.current().cancellationSignal.aborted) throw failureOf(error, shown);
    const shutdown = shutdownFailure();
    if (shutdown) throw shutdown;
    // Stopped by the user: what was said so far stays said.
    const text = said.trim();
    return {
      content: text === '' ? [] : [{ type: 'text', text }],
      calls: [],
      usage: NO_USAGE,
      stopped: true,
      ...shown,
    };
  }
}

function replyStream(
  outbound: ConstructorParameters<typeof ReplyStream>[0]['outbound'] | undefined,
  { target, said }: TranscriptView,
  attempt: number,
  alive: Alive,
  noteAttempt: NoteAttempt | undefined,
): ReplyStream | undefined {
  if (!outbound) return undefined;
  const recorded = Context.current().info.heartbeatDetails as StreamedSoFar | undefined;
  return new ReplyStream({
    outbound,
    said,
    before: recorded?.messageId === undefined ? { ...target.receipt } : recorded,
    look: attempt > 1 || target.mayHaveStreamed === true,
    othersOnTheirWay: target.othersOnTheirWay === true,
    record: (soFar) => alive.record(soFar),
    assertCurrent: () => alive.assertCurrent(),
    underWay: (is) => alive.repeatable(is ? undefined : noteAttempt),
    // What is on its way may arrive although the turn was stopped, so only a suspension aborts it.
    context: outboundContext(target, `${target.deliveryId}.0`, alive.suspended),
  });
}

function omitted(turns: number): string {
  return turns === 0 ? '' : `(The first ${turns} turns of this conversation are no longer shown.)`;
}

function asTask(depth: number): string {
  return depth === 0
    ? ''
    : '(You are a sub-agent. The message is a task that an agent gave you; nobody reads along or can answer questions. Do it with your tools; what you say at the end is your report.)';
}

/** Its details tell of the message that was streamed into, for the reply to be finished in. */
function failureOf(error: unknown, shown: Awaited<ReturnType<ReplyStream['end']>> = {}) {
  return modelFailure(error, [
    { ...shown.streamed?.receipt, mayHaveStreamed: shown.mayHaveStreamed === true },
  ]);
}
