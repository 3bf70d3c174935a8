import { workflowInfo } from '@temporalio/workflow';
import { inKilobytes } from '../../contract/size.ts';
import { wordUsage } from '../../contract/usage.ts';
import type { Handler } from './handler.ts';

/** Milliseconds that a summary asked for by hand may take, its attempts included. */
const PATIENCE_MS = 300_000;

/** `/compact`: the older part of the conversation is summarised now. */
export const compact: Handler = async ({ queued }, parts) => {
  const { transcript, compaction, chosen } = parts;
  const before = transcript.size;
  const { agent, queues } = queued.settings;
  const outcome = await compaction.now({
    conversation: workflowInfo().workflowId,
    turn: parts.view(transcript.seq).turns,
    remainingMs: PATIENCE_MS,
    queues,
    spend: (spent) => parts.spending.add(spent),
    ...(agent === undefined ? {} : { agent }),
    ...chosen,
  });
  switch (outcome) {
    case 'nothing':
      return 'There is nothing to summarise yet: the last turns stay as they are.';
    case 'failed':
      return `It could not be summarised: ${compaction.failure}. Nothing was changed.`;
    case 'done':
      return `Summarised: what I see of this conversation was ${inKilobytes(before)} and is now ${inKilobytes(transcript.size)}. The last turns stay as they were.`;
  }
};

/** `/usage`: what models have spent. */
export const usage: Handler = (_, parts) => {
  const { turn, total, today } = parts.spending;
  const running = parts.view(parts.transcript.seq).status !== 'idle';
  return [
    `- ${running ? 'This turn so far' : 'The last turn'}: ${wordUsage(turn)}`,
    `- This conversation: ${wordUsage(total)}`,
    `- Today (UTC) in this conversation: ${wordUsage(today)}`,
  ].join('\n');
};
