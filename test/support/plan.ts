import type { FakeRequest, FakeStep } from '../fakes/model-server.ts';

/** What the scripted model of the end-to-end tests is told to do, as the text of a message. */
export interface Plan {
  /** Tool calls, step by step; those of one step run in parallel. */
  steps?: [tool: string, input: object][][];
  /** Said with the first step's calls. */
  first?: string;
  /** The answer at the end. */
  say?: string;
  /** Milliseconds before each step's first token. */
  delayMs?: number;
  /** Milliseconds between the answer's chunks. */
  chunkDelayMs?: number;
}

export const plan = (what: Plan): string => JSON.stringify(what);

/** Follows the latest plan to its end, then echoes what is no plan. An answer says how many messages were heard. */
export function followPlan(request: FakeRequest): FakeStep {
  const messages = request.messages.map((message) => ({ ...message, text: withoutQuote(message.text) }));
  const heard = `[heard ${messages.filter(({ role }) => role === 'user').length}]`;
  const begun = messages.findLastIndex(({ role, text }) => role === 'user' && text.startsWith('{'));
  const latest: Plan = JSON.parse(messages[begun]?.text ?? '{}');
  const { steps = [], first, say = 'done', delayMs = 0, chunkDelayMs = 0 } = latest;
  const taken = messages.slice(begun + 1).filter(({ role }) => role === 'assistant').length;
  if (begun < 0 || taken > steps.length)
    return { text: `echo: ${messages.findLast(({ role }) => role === 'user')?.text} ${heard}` };
  const calls = steps[taken]?.map(([name, input]) => ({ name, input }));
  if (calls) return { delayMs, calls, ...(first !== undefined && taken === 0 ? { text: first } : {}) };
  return { delayMs, chunkDelayMs, text: `${say} ${heard}` };
}

/** A message without what it answers. */
function withoutQuote(text: string): string {
  return text.replace(/^(?:> .*\n)+\n/, '');
}
