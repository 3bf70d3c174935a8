import { senderName } from '../../contract/person.ts';
import { type Entry, textOf, toolCallsOf, type UserEntry } from '../../contract/transcript.ts';
import { printable } from '../printable.ts';

/** Longest input or output of a tool that is shown, in characters. */
const LONGEST = 400;
const INDENT = 2;

/** An entry as people read it, further lines indented: `#12 message, 2026-11-30 09:15:02, Ada (telegram:123): hello`. */
export function entryLine(entry: Entry, platform: string): string {
  const at = 'at' in entry ? [timeOf(entry.at)] : [];
  const head = [`#${entry.seq} ${labelOf(entry)}`, ...at, ...whoOf(entry, platform)].join(', ');
  return `${head}: ${printable(wordsOf(entry)).replaceAll('\n', `\n${' '.repeat(INDENT)}`)}`;
}

export function timeOf(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}

function labelOf(entry: Entry): string {
  switch (entry.kind) {
    case 'user':
      return entry.internal?.kind ?? (entry.command ? 'command' : 'message');
    case 'assistant':
      return 'step';
    case 'tool':
      return `tool ${entry.name} (${entry.outcome})`;
    case 'reply':
      return `reply (${entry.status})`;
    case 'approval':
      return `approval ${entry.id}`;
    case 'decision':
      return `decision on ${entry.id}`;
    case 'summary':
      return `summary of turns up to ${entry.upToTurn}`;
  }
}

function whoOf(entry: Entry, platform: string): string[] {
  if (entry.kind !== 'user' || !entry.sender) return [];
  // A name is its owner's choice: it must not look like another line.
  const name = senderName(entry.place?.platform ?? platform, entry.sender);
  return [printable(name).replaceAll(/\s+/g, ' ')];
}

function wordsOf(entry: Entry): string {
  switch (entry.kind) {
    case 'user':
      return [entry.text, ...attachedTo(entry)].join('\n');
    case 'assistant': {
      const calls = toolCallsOf(entry.content).map(
        ({ toolName, input }) => `calls ${toolName} ${short(JSON.stringify(input))}`,
      );
      return [textOf(entry.content), ...calls].filter(Boolean).join('\n');
    }
    case 'tool':
      return short(entry.output);
    case 'approval':
      return entry.shown;
    case 'decision':
      return [entry.outcome, entry.reach, entry.by && `by ${entry.by}`].filter(Boolean).join(', ');
    case 'reply':
      return [entry.text, ...(entry.files ?? []).map(({ name }) => `[file ${name}]`)].join('\n');
    case 'summary':
      return entry.text;
  }
}

function attachedTo({ attachments = [], refused }: UserEntry): string[] {
  const attached = attachments.map(({ kind, name }) => `[${[kind, name].filter(Boolean).join(' ')}]`);
  return refused === undefined ? attached : [...attached, `[not let in: ${refused}]`];
}

function short(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST).toWellFormed()}…` : text;
}
