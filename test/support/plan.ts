import type { FakeRequest, FakeStep } from '../fakes/model-server.ts';

/** What the scripted model of the end-to-end tests is told to do, as the text of a message. */
export interface Plan {
  /** Tool calls, step by step; those of one step run in parallel. */
  steps?: [tool: string, input: object][][];
  /** The answer at the end. */
  say?: string;
  /** Milliseconds before each step's first token. */
  delayMs?: number;
  /** Milliseconds between the answer's chunks. */
  chunkDelayMs?: number;
}

export const plan = (what: Plan): string => JSON.stringify(what);

/** Follows the latest plan to its end, then echoes what is no plan. An answer says how many messages were heard. */
export function followPlan({ messages }: FakeRequest): FakeStep {
  const heard = `[heard ${messages.filter(({ role }) => role === 'user').length}]`;
  const begun = messages.findLastIndex(({ role, text }) => role === 'user' && text.startsWith('{'));
  const since = messages.slice(begun + 1).filter(({ role }) => role === 'assistant');
  const ended = begun < 0 || since.some(({ text }) => text !== '');
  if (ended) return { text: `echo: ${messages.findLast(({ role }) => role === 'user')?.text} ${heard}` };
  const {
    steps = [],
    say = 'done',
    delayMs = 0,
    chunkDelayMs = 0,
  } = JSON.parse(messages[begun]?.text ?? '') as Plan;
  const step = steps[since.length];
  if (step) return { delayMs, calls: step.map(([name, input]) => ({ name, input })) };
  return { delayMs, chunkDelayMs, text: `${say} ${heard}` };
}
