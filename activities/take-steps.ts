import { ApplicationFailure } from '@temporalio/activity';
import type { ModelRequest, ModelStep, ShownByFailed } from '../contract/model-step.ts';
import type { TranscriptView } from '../contract/signals.ts';
import { type AssistantEntry, type ToolEntry, textOf, toolEntriesOf } from '../contract/transcript.ts';
import type { Neighbour } from './handed-over.ts';

export interface Stepping {
  /** The workflow run, if it is in this process: only then it can be seen that a message came for the next step. */
  neighbour: Neighbour | undefined;
  signal: AbortSignal;
  step(request: ModelRequest, seen: TranscriptView): Promise<ModelStep>;
  /** What the step's calls gave; undefined if they are to be run by the workflow. */
  run(request: ModelRequest, seen: TranscriptView, step: ModelStep): Promise<string[] | undefined>;
}

/**
 * Takes a step, and while all that it calls are short tools, runs those and takes the next one at once: a trip through the workflow
 * would take longer than they do. Nothing of that acts on anything, so an attempt that is lost is made again from its first step.
 */
export async function takeSteps(
  request: ModelRequest,
  first: TranscriptView,
  { neighbour, signal, step, run }: Stepping,
): Promise<ModelStep> {
  const before: ModelStep[] = [];
  let seen = first;
  for (;;) {
    const asked = { ...request, step: request.step + before.length };
    const taken = await step(asked, seen).catch((error: unknown) => {
      const last = before.pop();
      // The workflow takes the step again, with attempts of its own.
      if (last) return { ...last, ...shownBy(error) };
      throw error;
    });
    const isLast = taken.results !== undefined || taken.stopped || !neighbour;
    const results = isLast ? undefined : await run(asked, seen, taken);
    const done = results ? { ...taken, results } : taken;
    const mayGoOn = results && before.length < (request.further ?? 0) && !taken.crowded;
    if (!mayGoOn || neighbour?.hasNews || signal.aborted)
      return before.length > 0 ? { ...done, before } : done;
    before.push(done);
    seen = after(seen, asked, done);
  }
}

/** What the next step sees. */
function after(seen: TranscriptView, { turn }: ModelRequest, step: ModelStep): TranscriptView {
  const { content, results = [], streamed, mayHaveStreamed } = step;
  let seq = seen.entries.at(-1)?.seq ?? 0;
  const said: AssistantEntry = { kind: 'assistant', seq: ++seq, turn, content };
  const ran = toolEntriesOf(content, results, turn).map(
    (entry): ToolEntry => Object.assign(entry, { seq: ++seq }),
  );
  return {
    ...seen,
    entries: [...seen.entries, said, ...ran],
    said: [seen.said, textOf(content)].filter(Boolean).join('\n\n'),
    target: {
      ...seen.target,
      ...(streamed ? { receipt: streamed.receipt } : {}),
      ...(mayHaveStreamed ? { mayHaveStreamed } : {}),
    },
  };
}

/** What a step that failed may have shown of the reply. */
function shownBy(error: unknown): Pick<ModelStep, 'streamed' | 'mayHaveStreamed' | 'sentAfter'> {
  const [shown] = error instanceof ApplicationFailure ? (error.details ?? []) : [];
  const { messageId, mayHaveStreamed, ...bound } = (shown ?? {}) as ShownByFailed;
  if (messageId !== undefined) return { streamed: { receipt: { messageId } } };
  return mayHaveStreamed ? { mayHaveStreamed, ...bound } : {};
}
