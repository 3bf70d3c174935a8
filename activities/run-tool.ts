import { ApplicationFailure, Context } from '@temporalio/activity';
import { FAILURE } from '../contract/failures.ts';
import type { Json } from '../contract/json.ts';
import type { ToolRun } from '../contract/tool-call.ts';
import { type Tool, type ToolContext, ToolError } from '../tools/tool.ts';
import type { ActivityDependencies, ToolActivity } from './activities.ts';
import { whileAlive } from './alive.ts';
import { shutdownFailure } from './shutdown.ts';
import { showTyping } from './typing.ts';

/** Longest tool result the model gets, in characters. */
const LONGEST_RESULT = 64_000;

/** The activity of one tool. */
export function createRunTool(tool: Tool, { platforms, pushLive }: ActivityDependencies): ToolActivity {
  return (run) =>
    whileAlive(async ({ signal }) => {
      const typingEnded = showTyping(platforms, run.conversation, signal);
      const progress = (text: string) =>
        void pushLive(run.live ?? [], {
          kind: 'progress',
          conversation: run.conversation,
          turn: run.turn,
          callId: run.callId,
          text,
        });
      try {
        return resultText(await tool.run(tool.input.parse(run.input), toolContext(run, signal, progress)));
      } catch (error) {
        throw toolFailure(tool, error);
      } finally {
        typingEnded();
      }
    });
}

export function toolContext(
  run: ToolRun,
  signal: AbortSignal,
  progress: (text: string) => void,
): ToolContext {
  const { idempotencyKey, conversation, sender } = run;
  return { idempotencyKey, conversation, signal, progress, ...(sender ? { sender } : {}) };
}

/** What the model reads of a tool's result, cut with a note where it is too long. */
function resultText(result: Json | undefined): string {
  const text = typeof result === 'string' ? result : (JSON.stringify(result, null, 1) ?? 'done');
  if (text.length <= LONGEST_RESULT) return text === '' ? '(no output)' : text;
  const cut = text.slice(0, LONGEST_RESULT).toWellFormed();
  return `${cut}\n\n[cut here: the result has ${text.length} characters, of which ${LONGEST_RESULT} are shown]`;
}

function toolFailure(tool: Tool, error: unknown): unknown {
  const { cancellationSignal } = Context.current();
  if (cancellationSignal.aborted) return shutdownFailure() ?? cancellationSignal.reason;
  if (error instanceof ApplicationFailure) return error;
  const message = error instanceof Error ? error.message : String(error);
  const final = error instanceof ToolError || tool.effect === 'once';
  return ApplicationFailure.create({ message, type: FAILURE.toolFailed, nonRetryable: final });
}
