import type { LanguageModel } from 'ai';
import type { Usage } from '../contract/model-step.ts';
import { type Entry, textOf } from '../contract/transcript.ts';
import { streamStep } from './stream-step.ts';
import { summaryTask } from './summary-task.ts';
import { transcriptLines } from './transcript-lines.ts';

export interface SummaryRequest {
  model: LanguageModel;
  /** What is to be summarised, oldest first; an earlier summary is among it. */
  entries: Entry[];
  /** Tokens that the model reads. */
  window: number;
  signal: AbortSignal;
}

/** Bytes that a token stands for at least, in prose of most languages. */
const BYTES_PER_TOKEN = 3;
/** Of the window, what the request may take, … */
const READS = 0.8;
/** … and what the summary may take, which then goes with every request. */
const WRITES = 0.15;
const LONGEST = 24_000;
const CHARACTERS_PER_WORD = 7;

/** A summary by the model. Throws what `streamStep` throws. */
export async function summarise({ model, entries, window, signal }: SummaryRequest): Promise<{
  text: string;
  usage: Usage;
}> {
  const longest = Math.min(LONGEST, Math.floor(window * WRITES * BYTES_PER_TOKEN));
  const lines = transcriptLines(entries, window * READS * BYTES_PER_TOKEN);
  const { content, usage } = await streamStep({
    model,
    system: summaryTask(Math.floor(longest / CHARACTERS_PER_WORD)),
    entries: [{ kind: 'user', seq: 0, turn: 0, id: '', at: 0, text: lines.join('\n') }],
    tools: [],
    signal,
    onText() {},
  });
  return { text: textOf(content).slice(0, longest).toWellFormed(), usage };
}
