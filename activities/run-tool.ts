import { ApplicationFailure, Context } from '@temporalio/activity';
import { errorMessage } from '@temporalio/common';
import { parseConversationId } from '../contract/conversation-id.ts';
import { FAILURE } from '../contract/failures.ts';
import type { ToolReturn, ToolRun } from '../contract/tool-call.ts';
import { OutcomeUnknown, type Tool, type ToolContext, ToolError } from '../tools/tool.ts';
import type { ActivityDependencies, ToolActivity } from './activities.ts';
import type { Agents } from './agents.ts';
import { whileAlive } from './alive.ts';
import { CollectedExtras } from './collect-extras.ts';
import { shutdownFailure } from './shutdown.ts';
import { showTyping } from './typing.ts';

/** Longest tool result the model gets, in characters. */
const LONGEST_RESULT = 64_000;
const LONGEST_ERROR = 4_000;
/** A tool that throws this often is reported; the rest of its attempts are for workers that are lost. */
const THROWS = 3;

/** The activity of every tool, which is found by the activity's type. */
export function createRunTool({
  agents,
  platforms,
  pushLive,
  noteAttempt,
}: ActivityDependencies): ToolActivity {
  return (run) =>
    whileAlive(async ({ signal, suspended, repeatable, lease }) => {
      const tool = await findTool(agents, run.agent, Context.current().info.activityType);
      if (tool.effect === 'read') repeatable(noteAttempt);
      const { platform, conversation } = run.place ?? parseConversationId(run.conversation);
      // What goes on in the background must not look like an answer being written.
      const shownAt = run.task === undefined ? platforms.get(platform) : undefined;
      const typingEnded = showTyping(shownAt, { ...run, conversation }, signal);
      const progress = (text: string) =>
        void pushLive(run.live ?? [], {
          kind: 'progress',
          conversation: run.conversation,
          turn: run.turn,
          callId: run.callId,
          text,
        });
      try {
        // What is asked whether it has acted must not act any more.
        if (tool.reconcile) await lease();
        return await runOnce(tool, run, { signal, progress });
      } catch (error) {
        throw toolFailure(tool, error, suspended);
      } finally {
        typingEnded();
      }
    });
}

/** One run of a tool, and nothing around it: what it throws is the tool's own. */
export async function runOnce(
  tool: Tool,
  run: ToolRun,
  around: Pick<ToolContext, 'signal' | 'progress'>,
): Promise<ToolReturn> {
  const extras = new CollectedExtras();
  const context = toolContext(run, { ...around, extras });
  const output = resultText(await tool.run(await tool.input.parseAsync(run.input), context));
  const { files, buttons } = extras.all;
  return files || buttons ? { output, ...extras.all } : output;
}

/** Throws for a tool that there was when it was called: it may come back, with its MCP server, or be at another worker. */
export async function findTool(agents: Agents, agent: string | undefined, name: string): Promise<Tool> {
  const tool = (await agents.get(agent).tools()).find((candidate) => candidate.name === name);
  if (tool) return tool;
  throw ApplicationFailure.retryable(`there is no tool ${name} any more`, FAILURE.toolFailed);
}

export function toolContext(
  run: ToolRun,
  { signal, progress, extras }: Pick<ToolContext, 'signal' | 'progress'> & { extras: CollectedExtras },
): ToolContext {
  const { idempotencyKey, conversation, sender, person, group } = run;
  return {
    idempotencyKey,
    conversation,
    signal,
    progress,
    attach: (file) => extras.attach(file),
    offer: (buttons) => extras.offer(buttons),
    ...(sender ? { sender } : {}),
    ...(person === undefined ? {} : { person }),
    ...(group ? { group } : {}),
  };
}

/** What the model reads of a tool's result. The tool has acted, so whatever it returned, this does not fail. */
function resultText(result: unknown): string {
  const text = typeof result === 'string' ? result : (asJson(result) ?? 'done');
  return text === '' ? '(no output)' : cut(text, LONGEST_RESULT);
}

function asJson(result: unknown): string | undefined {
  try {
    return JSON.stringify(result, null, 1);
  } catch {
    return 'done; what it returned cannot be written as JSON';
  }
}

function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most).toWellFormed()}\n\n[cut here: of ${text.length} characters, ${most} are shown]`;
}

function toolFailure(tool: Tool, error: unknown, suspended: AbortSignal): unknown {
  const { cancellationSignal } = Context.current();
  if (cancellationSignal.aborted) return shutdownFailure() ?? cancellationSignal.reason;
  // Cut short in the middle, as by a death: nobody knows whether it acted.
  if (suspended.aborted)
    return ApplicationFailure.retryable('the process was suspended', FAILURE.interrupted);
  if (error instanceof ApplicationFailure) return error;
  const message = cut(errorMessage(error) ?? String(error), LONGEST_ERROR);
  const final =
    error instanceof ToolError || tool.effect === 'once' || Context.current().info.attempt >= THROWS;
  const type = error instanceof OutcomeUnknown ? FAILURE.interrupted : FAILURE.toolFailed;
  return ApplicationFailure.create({ message, type, nonRetryable: final });
}
