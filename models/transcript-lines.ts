import { bytesOf } from '../contract/size.ts';
import type { Entry, UserEntry } from '../contract/transcript.ts';
import { describeFile } from './shown-files.ts';

/** A line in the form that it has for who reads the transcript as data. */
type Line =
  | { summary: string }
  | { user: string; name?: string }
  | { assistant: string }
  | { call: string; input: string }
  | { result: string; outcome: string; output: string };

/** Most characters of one text, tried one after the other until all of it fits. */
const CUTS = [20_000, 4_000, 1_000, 250];

/**
 * The transcript as lines of JSON, in which nothing that was said can pass for somebody else's words, in at most `room` bytes:
 * long texts are cut in their middle, and if that is not enough the oldest lines are left out.
 */
export function transcriptLines(entries: readonly Entry[], room: number): string[] {
  const all = entries.flatMap(linesOf);
  const lines = CUTS.map((most) => all.map((line) => cutTexts(line, most))).find(
    (shortened, index) => index === CUTS.length - 1 || bytesOf(shortened) <= room,
  );
  return newest(lines ?? [], room).map((line) => JSON.stringify(line));
}

function linesOf(entry: Entry): Line[] {
  switch (entry.kind) {
    case 'summary':
      return [{ summary: entry.text }];
    case 'user':
      return [userLine(entry)];
    case 'assistant':
      return entry.content.flatMap((part): Line[] => {
        if (part.type === 'text' && part.text.trim() !== '') return [{ assistant: part.text }];
        return part.type === 'tool-call' ? [{ call: part.toolName, input: JSON.stringify(part.input) }] : [];
      });
    case 'tool':
      return [{ result: entry.name, outcome: entry.outcome, output: entry.output }];
    case 'reply':
      // What it says beyond the steps: that something failed or was stopped.
      return entry.status === 'answered' ? [] : [{ assistant: entry.text }];
    default:
      return [];
  }
}

function userLine({ text, sender, quote, attachments = [], transcripts = [] }: UserEntry): Line {
  const words = [
    ...(quote === undefined ? [] : [`> ${quote}`]),
    text,
    ...attachments.map((attachment) => `[${describeFile(attachment)}]`),
    ...transcripts.map((voice) => ('text' in voice ? `[voice message: "${voice.text}"]` : '')),
  ];
  const name = sender?.name ?? sender?.id;
  return { user: words.filter(Boolean).join('\n'), ...(name === undefined ? {} : { name }) };
}

function cutTexts(line: Line, most: number): Line {
  // The earlier summary is short already, and the whole of what it tells would be forgotten.
  if ('summary' in line) return line;
  return Object.fromEntries(
    Object.entries(line).map(([key, text]: [string, string]) => [key, cut(text, most)]),
  ) as Line;
}

function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const half = Math.floor(most / 2);
  return `${text.slice(0, half)} […] ${text.slice(-half)}`.toWellFormed();
}

function newest(lines: Line[], room: number): Line[] {
  let size = 0;
  const sized = lines.map((line) => ({ line, bytes: bytesOf(line) })).toReversed();
  return sized
    .filter(({ line, bytes }) => {
      if ('summary' in line) return true;
      size += bytes;
      return size <= room;
    })
    .map(({ line }) => line)
    .toReversed();
}
