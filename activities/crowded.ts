import type { Usage } from '../contract/model-step.ts';
import type { TranscriptView } from '../contract/signals.ts';
import { bytesOf } from '../contract/size.ts';
import { type Agent, COMPACT_AT, windowOf } from './agents.ts';

/** Larger than this, in bytes, a transcript is summarised whatever the window: more is not carried from run to run. */
const LARGEST = 500_000;
/** For servers that do not count. */
const BYTES_PER_TOKEN = 4;

/** Whether what the model has just read and said fills more of its window than the agent's share. */
export function isCrowded(
  agent: Agent,
  { entries, model }: Pick<TranscriptView, 'entries' | 'model'>,
  { inputTokens, outputTokens }: Usage,
): boolean {
  const bytes = bytesOf(entries);
  const tokens = inputTokens > 0 ? inputTokens + outputTokens : bytes / BYTES_PER_TOKEN;
  return tokens > (agent.compactAt ?? COMPACT_AT) * windowOf(agent, model) || bytes > LARGEST;
}
