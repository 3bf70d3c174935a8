import { randomUUID } from 'node:crypto';
import { readReport } from '../../contract/word-report.ts';
import { demoSummary, isSummaryTask } from './demo-summary.ts';
import { fromTranscript } from './from-transcript.ts';
import { type DemoCallOptions, readPrompt } from './read-prompt.ts';
import { type WantedCall, wantedCalls } from './wanted-calls.ts';
import { wordResult } from './word-result.ts';

export interface DemoAnswer {
  text: string;
  calls: { type: 'tool-call'; toolCallId: string; toolName: string; input: string }[];
}

const INTRODUCTION =
  'I am the demo model of holdfast: a few rules, no AI. For a real one set HOLDFAST_MODEL (such as ' +
  'openai/…, anthropic/… or google/…) and the key of its provider.';
const HINT =
  'Try “wait 20 seconds”, “what time is it in Tokyo”, “what is 12.5% of 840?”, an https:// address, ' +
  '“remember that my cat is called Mia”, “offer yes or no”, “remind me in 2 minutes to stretch”, “send me a file notes.txt saying ' +
  'hello”, “what was my first message?”, “delegate: wait 5 seconds and tell me what 3*4 is” or “call <tool> {"some": "json"}”.';

/** What the demo model says or calls next: new wishes are called for, then all results are worded in one answer. */
export function demoAnswer({ prompt, tools = [] }: DemoCallOptions): DemoAnswer {
  if (isSummaryTask(prompt)) return { text: demoSummary(prompt), calls: [] };
  const { notes, said, notKept, open, fresh, results, hasAnswered } = readPrompt(prompt);
  const people = said.filter((text) => !readReport(text));
  const offered = new Set(tools.map((tool) => tool.name));
  const callsFor = (text: string) =>
    readReport(text)
      ? []
      : wantedCalls(text, notes).filter((call) => offered.has(call.tool) || isExplicit(text, call));
  const calls = fresh.flatMap(callsFor);
  if (calls.length > 0) return { text: '', calls: calls.map(toolCall) };
  const talk = open.filter((text) => callsFor(text).length === 0);
  const lines = [
    ...results.map(wordResult),
    ...talk.map((text) => reported(text) ?? fromTranscript(text, people, notKept) ?? echo(text)),
  ];
  return { text: [...(hasAnswered ? [] : [INTRODUCTION]), ...lines].join('\n\n') || HINT, calls: [] };
}

function reported(text: string): string | undefined {
  const report = readReport(text);
  return report && `Task ${report.id} has ended. ${report.said.replace(INTRODUCTION, '').trim()}`;
}

function isExplicit(text: string, { tool }: WantedCall): boolean {
  return new RegExp(`\\bcall\\s+${tool}\\s*\\{`).test(text);
}

function toolCall({ tool, input }: WantedCall): DemoAnswer['calls'][number] {
  return { type: 'tool-call', toolCallId: `demo_${randomUUID().slice(0, 8)}`, toolName: tool, input };
}

function echo(text: string): string {
  const short = text.length > 200 ? `${text.slice(0, 200)}…` : text;
  return `You said: “${short}”\n\n${HINT}`;
}
