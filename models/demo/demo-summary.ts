import { SUMMARY_TASK } from '../summary-task.ts';
import type { DemoCallOptions } from './read-prompt.ts';

/** Most characters of one message, and of the whole summary. */
const LONGEST_LINE = 300;
const LONGEST = 6_000;
/** What is kept however old it is. */
const WORTH_KEEPING = /\b(?:my|name is|call me|remember|always|never|I (?:am|live|like|want|need))\b/i;

type Prompt = DemoCallOptions['prompt'];

/** Whether the model is asked for a summary. */
export function isSummaryTask(prompt: Prompt): boolean {
  return prompt.some(({ role, content }) => role === 'system' && content.startsWith(SUMMARY_TASK));
}

/** What users said in the lines that are to be summarised: the first message, what sounds worth keeping, and the newest. */
export function demoSummary(prompt: Prompt): string {
  const text = prompt.flatMap(({ role, content }) =>
    role === 'user' ? content.map((part) => (part.type === 'text' ? part.text : '')) : [],
  );
  const { said, count } = readLines(text.join(''));
  return [`The user has sent ${count} messages, among them:`, ...kept(said).map(toLine)].join('\n');
}

/** What a summary of the demo model tells. */
export function readSummary(text: string): { said: string[]; count: number } {
  const said = text.split('\n').flatMap((line) => (line.startsWith('- "') ? [fromLine(line)] : []));
  return { said, count: Number(/sent (\d+) messages/.exec(text)?.[1] ?? said.length) };
}

function readLines(text: string): { said: string[]; count: number } {
  const read = { said: [] as string[], count: 0 };
  for (const line of text.split('\n')) {
    const { user, summary } = JSON.parse(line) as { user?: string; summary?: string };
    const more =
      summary === undefined
        ? { said: [user ?? []].flat(), count: user === undefined ? 0 : 1 }
        : readSummary(summary);
    read.said.push(...more.said);
    read.count += more.count;
  }
  return read;
}

function kept(said: string[]): string[] {
  const byWorth = [...said.keys()].toSorted((one, other) => worth(said, other) - worth(said, one));
  let size = 0;
  const within = new Set(
    byWorth.filter((index) => {
      size += toLine(said[index] ?? '').length;
      return size <= LONGEST;
    }),
  );
  return said.filter((_, index) => within.has(index));
}

function worth(said: string[], index: number): number {
  const always = index === 0 || WORTH_KEEPING.test(said[index] ?? '');
  return always ? said.length + index : index;
}

function toLine(text: string): string {
  return `- ${JSON.stringify(text.slice(0, LONGEST_LINE).toWellFormed())}`;
}

function fromLine(line: string): string {
  try {
    return String(JSON.parse(line.slice(2)));
  } catch {
    // The summary was cut here.
    return line.slice(2);
  }
}
