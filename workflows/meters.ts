import { metricMeter } from '@temporalio/workflow';
import type { ApprovalOutcome } from '../contract/approval.ts';
import type { Usage } from '../contract/model-step.ts';
import type { QueuedMessage } from '../contract/state.ts';
import type { ToolOutcome } from '../contract/tool-call.ts';
import type { ReplyStatus } from '../contract/transcript.ts';
import type { Turn } from './turn.ts';

/*
 * What conversations count, from what is in their history, and never while it is replayed: an activity that is tried again counts
 * once. docs/observability.md says what each means, and what a kill does to it.
 */

const MS = 1_000;

/** The end of a turn, its reply being visible. */
export function countTurn({
  platform,
  status,
  first: { at, message },
  turn,
  freeSince,
}: {
  platform: string;
  status: ReplyStatus;
  first: QueuedMessage;
  turn: Pick<Turn, 'elsewhereMs'>;
  /** When the conversation had ended the turn before. */
  freeSince: number;
}): void {
  const { receivedAt = at } = message;
  const wholeMs = Date.now() - receivedAt;
  const addedMs = Date.now() - Math.max(receivedAt, freeSince) - turn.elsewhereMs;
  seconds('holdfast_turn_duration_seconds', 'from a message to its visible reply', wholeMs, {
    platform,
    status,
  });
  seconds('holdfast_turn_added_seconds', 'of a turn, what holdfast added', addedMs, { platform });
}

export function countDelivery(platform: string, result: 'delivered' | 'refused' | 'lost' | 'expired'): void {
  count('holdfast_deliveries_total', 'outbound messages, by how they ended', { platform, result });
}

/** `tool`: undefined for a call of none that there is. */
export function countToolCall(tool = 'unknown', outcome: ToolOutcome): void {
  count('holdfast_tool_calls_total', 'tool calls, by how they ended', { tool, outcome });
}

export function countApproval(what: 'asked' | ApprovalOutcome): void {
  if (what === 'asked') count('holdfast_approvals_asked_total', 'requests for approval', {});
  else count('holdfast_approvals_decided_total', 'the same, decided', { outcome: what });
}

/** What a model spent. */
export function countUsage(
  model = 'unknown',
  { inputTokens, outputTokens, cachedInputTokens = 0, cost }: Usage,
): void {
  const kinds = {
    input: inputTokens - cachedInputTokens,
    cached_input: cachedInputTokens,
    output: outputTokens,
  };
  for (const [kind, tokens] of Object.entries(kinds))
    if (tokens > 0) count('holdfast_model_tokens_total', 'tokens', { model, kind }, tokens);
  if (cost !== undefined)
    metricMeter
      .createHistogram('holdfast_model_cost_dollars', 'float', '', 'US dollars that a model step cost')
      .record(cost, { model });
}

function count(name: string, description: string, labels: Record<string, string>, by = 1): void {
  metricMeter.createCounter(name, '', description).add(by, labels);
}

/** Two clocks measured it, so it may come out below nothing. */
function seconds(name: string, description: string, ms: number, labels: Record<string, string>): void {
  metricMeter.createHistogram(name, 'float', '', description).record(Math.max(0, ms) / MS, labels);
}
