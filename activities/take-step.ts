import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import type { ModelRequest, ModelStep, ShownByFailed } from '../contract/model-step.ts';
import type { TranscriptView } from '../contract/signals.ts';
import { NO_USAGE } from '../contract/usage.ts';
import { priced } from '../models/price.ts';
import type { ShownFiles } from '../models/shown-files.ts';
import type { ActivityDependencies } from './activities.ts';
import { modelNameOf } from './agents.ts';
import type { Alive } from './alive.ts';
import { isCrowded } from './crowded.ts';
import { LiveText } from './live-text.ts';
import { modelFailure } from './model-failure.ts';
import type { NoteAttempt } from './note-attempt.ts';
import { outboundContext } from './outbound-context.ts';
import { planCall, planInWorkflow } from './plan-call.ts';
import { ReplyStream, type StreamedSoFar } from './reply-stream.ts';
import { shutdownFailure } from './shutdown.ts';
import { stepWithFiles } from './step-with-files.ts';

/** Live text should be seen before the step it belongs to, but a gateway that does not answer must not hold up the turn. */
const LIVE_GRACE_MS = 200;

/** What an attempt leaves for the next once it sends the reply to a platform that cannot change it any more. */
export interface Finished {
  finished?: ModelStep;
}

/** What the model sees besides the transcript. */
export interface Further {
  files(): Promise<ShownFiles>;
  /** What is remembered, in words for the system prompt. */
  notes(): Promise<string>;
}

/** One model call, shown while it is being written; the last one of a turn may send the reply. */
export async function takeStep(
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
    const asked = performance.now();
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
    const tookMs = Math.round(performance.now() - asked);
    await Promise.race([live.end(), sleep(LIVE_GRACE_MS)]);
    const planned = await Promise.all(
      calls.map(
        async (call) => planInWorkflow(call, workflowTools) ?? planCall(call, tools, approvalExpireMs),
      ),
    );
    const name = modelNameOf(agent, seen.model);
    const finished: ModelStep = {
      content,
      calls: planned,
      usage: priced(usage, name, prices),
      model: name,
      tookMs,
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
    before: { ...target.receipt, ...recorded },
    look: attempt > 1 || target.mayHaveStreamed === true,
    othersOnTheirWay: target.othersOnTheirWay === true,
    record: (soFar) => alive.record(soFar),
    assertCurrent: () => alive.assertCurrent(),
    confirm: (soFar) => alive.confirm(soFar),
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
  const { streamed, ...doubt } = shown;
  const told: ShownByFailed = { ...streamed?.receipt, mayHaveStreamed: false, ...doubt };
  return modelFailure(error, [told]);
}
