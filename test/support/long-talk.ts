import { SUMMARY_TASK } from '../../models/summary-task.ts';
import type { FakeRequest, FakeStep } from '../fakes/model-server.ts';

/** Steps of the longest turns, each with two calls: they fill the model's window more than once. */
const LONG_TURN_STEPS = 12;
const FACT = /FACT-\d+=\w+/g;

/** What is said in a turn of the long talk: a fact now and then, work for tools, and every hundredth time what the facts are. */
export function said(turn: number): string {
  if (turn % 100 === 0) return `turn ${turn}: which facts do you know?`;
  if (turn % 40 === 7) return `turn ${turn}: keep in mind ${factOf(turn)}`;
  return `turn ${turn}: ${'and so on '.repeat(turn % 7)}`;
}

function factOf(turn: number): string {
  return `FACT-${turn}=${(turn * 7919).toString(36)}`;
}

/** The facts of all turns up to this one. */
export function factsUpTo(turn: number): string[] {
  return Array.from({ length: turn }, (_, index) => index + 1)
    .filter((one) => one % 100 !== 0 && one % 40 === 7)
    .map(factOf);
}

function stepsOf(turn: number): number {
  if (turn % 100 === 50) return LONG_TURN_STEPS;
  return turn % 20 === 3 ? 2 : 0;
}

/** Whether the model is asked for a summary. */
export function asksForSummary(request: FakeRequest | undefined): boolean {
  return request?.messages[0]?.text.startsWith(SUMMARY_TASK) === true;
}

/**
 * The model of the long talk. It has no memory of its own: which turn it is, and what it knows, it reads from the request. It
 * counts four characters a token, and its summaries keep the facts and nothing else.
 */
export function answer(request: FakeRequest): FakeStep {
  const { messages } = request;
  const usage = { input: Math.ceil(JSON.stringify(messages).length / 4), output: 10 };
  if (asksForSummary(request)) return { usage, text: `They told me: ${knownTo(request).join(', ')}.` };
  const asked = messages.findLast(({ text }) => text.startsWith('turn '))?.text ?? '';
  const ids = messages.flatMap(({ toolCalls = [] }) => toolCalls.map(({ id }) => id));
  const [, inTurn, step] = /^t(\d+)s(\d+)/.exec(ids.at(-1) ?? '') ?? [];
  // The message of a long turn may be in a summary already; its calls are not, all of them.
  const turn = Math.max(Number(/^turn (\d+)/.exec(asked)?.[1] ?? 0), Number(inTurn ?? 0));
  const next = (Number(inTurn) === turn ? Number(step) : 0) + 1;
  if (next <= stepsOf(turn))
    return {
      usage,
      calls: [
        { id: `t${turn}s${next}a`, name: 'big_result', input: { characters: 400 } },
        { id: `t${turn}s${next}b`, name: 'set_value', input: {} },
      ],
    };
  const facts = turn % 100 === 0 ? `: ${knownTo(request).join(', ')}` : '';
  return { usage, text: `answer ${turn}${facts}` };
}

/** The facts that are told in a request. */
function knownTo({ messages }: FakeRequest): string[] {
  return [...new Set(messages.flatMap(({ text }) => text.match(FACT) ?? []))];
}
