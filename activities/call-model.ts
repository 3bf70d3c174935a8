import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationFailure, Context } from '@temporalio/activity';
import { FAILURE } from '../contract/failures.ts';
import type { ModelRequest, ModelStep } from '../contract/model-step.ts';
import { type TranscriptView, transcript } from '../contract/signals.ts';
import type { PlannedCall, ToolPolicy } from '../contract/tool-call.ts';
import { describeModelFailure } from '../models/model-failure.ts';
import type { ShownFiles } from '../models/shown-files.ts';
import type { Tool } from '../tools/tool.ts';
import type { ActivityDependencies } from './activities.ts';
import { type Alive, whileAlive } from './alive.ts';
import { FileCache } from './file-cache.ts';
import { LiveText } from './live-text.ts';
import { outboundContext } from './outbound-context.ts';
import { readConversation } from './read-conversation.ts';
import { ReplyStream, type StreamedSoFar } from './reply-stream.ts';
import { showFiles } from './show-files.ts';
import { shutdownFailure } from './shutdown.ts';
import { stepWithFiles } from './step-with-files.ts';
import { showTyping } from './typing.ts';

/** Live text should be seen before the step it belongs to, but a gateway that does not answer must not hold up the turn. */
const LIVE_GRACE_MS = 200;

/** The activity `callModel`: one model step, shown while it is being written. */
export function createCallModel(dependencies: ActivityDependencies) {
  const { client, platforms } = dependencies;
  const cache = new FileCache();
  return async function callModel(request: ModelRequest): Promise<ModelStep> {
    return whileAlive(async (alive) => {
      const seen = await readConversation(client, transcript, { upTo: request.upTo, turn: request.turn });
      const typingEnded = showTyping(platforms.get(seen.target.platform), seen.target, alive.signal);
      try {
        const platform = platforms.get(seen.target.platform);
        const files = () => showFiles(seen.entries, { platform, cache, signal: alive.signal });
        return await step(dependencies, request, seen, files, alive);
      } finally {
        typingEnded();
      }
    });
  };
}

async function step(
  { model, system, tools: currentTools, platforms, pushLive }: ActivityDependencies,
  request: ModelRequest,
  seen: TranscriptView,
  files: () => Promise<ShownFiles>,
  alive: Alive,
): Promise<ModelStep> {
  const { attempt } = Context.current().info;
  const { conversation, turn } = request;
  const tools = await currentTools();
  const live = new LiveText(pushLive, seen.target.live, { conversation, turn, step: request.step, attempt });
  const stream = replyStream(platforms.get(seen.target.platform)?.outbound, seen, attempt, alive);
  let said = '';
  try {
    const { content, calls, usage } = await stepWithFiles({
      model,
      system: withOmitted(system, seen.omittedTurns),
      entries: seen.entries,
      files: await files(),
      attempt,
      tools,
      signal: alive.signal,
      onText(delta) {
        said += delta;
        live.add(delta);
        stream?.add(delta);
      },
    });
    await Promise.race([live.end(), sleep(LIVE_GRACE_MS)]);
    return { content, calls: calls.map((call) => plan(call, tools)), usage, ...(await stream?.end()) };
  } catch (error) {
    const shown = await stream?.end();
    if (!Context.current().cancellationSignal.aborted) throw modelFailure(error, shown);
    const shutdown = shutdownFailure();
    if (shutdown) throw shutdown;
    // Stopped by the user: what was said so far stays said.
    const text = said.trim();
    return {
      content: text === '' ? [] : [{ type: 'text', text }],
      calls: [],
      usage: { inputTokens: 0, outputTokens: 0 },
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
): ReplyStream | undefined {
  if (!outbound) return undefined;
  const recorded = Context.current().info.heartbeatDetails as StreamedSoFar | undefined;
  return new ReplyStream({
    outbound,
    said,
    before: recorded?.messageId === undefined ? { ...target.receipt } : recorded,
    look: attempt > 1 || target.mayHaveStreamed === true,
    record: (soFar) => alive.record(soFar),
    assertCurrent: () => alive.assertCurrent(),
    // What is on its way may arrive although the turn was stopped, so only a suspension aborts it.
    context: outboundContext(target, `${target.deliveryId}.0`, alive.suspended),
  });
}

function plan(
  call: { id: string; name: string } | { id: string; refused: string },
  tools: readonly Tool[],
): PlannedCall {
  if ('refused' in call) return { id: call.id, refused: call.refused };
  const tool = tools.find(({ name }) => name === call.name);
  if (!tool) return { id: call.id, refused: `There is no tool ${call.name}.` };
  const { effect, timeoutMs, attempts } = tool;
  const policy: ToolPolicy = { effect, timeoutMs, attempts, ...(tool.reconcile ? { reconciles: true } : {}) };
  return { id: call.id, policy };
}

function withOmitted(system: string, turns: number): string {
  return turns === 0
    ? system
    : `${system}\n\n(The first ${turns} turns of this conversation are no longer shown.)`;
}

/** Its details tell of the message that was streamed into, for the reply to be finished in. */
function modelFailure(
  error: unknown,
  shown: Awaited<ReturnType<ReplyStream['end']>> = {},
): ApplicationFailure {
  if (error instanceof ApplicationFailure) return error;
  const { kind, message, retryAfterMs } = describeModelFailure(error);
  return ApplicationFailure.create({
    message,
    type: kind === 'refused' ? FAILURE.modelRefused : FAILURE.modelUnavailable,
    nonRetryable: kind === 'refused',
    details: [{ ...shown.streamed?.receipt, mayHaveStreamed: shown.mayHaveStreamed === true }],
    ...(retryAfterMs === undefined ? {} : { nextRetryDelay: retryAfterMs }),
  });
}
