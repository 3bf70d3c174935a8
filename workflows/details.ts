import type { ConversationView } from '../contract/signals.ts';
import { type Entry, textOf, toolCallsOf, type UserEntry } from '../contract/transcript.ts';
import { wordUsage } from '../contract/usage.ts';

/** What a person reads of a conversation in Temporal's UI, in markdown. */
export function detailsOf(
  view: Pick<
    ConversationView,
    'status' | 'turns' | 'waiting' | 'running' | 'usage' | 'approvals' | 'tasks' | 'entries'
  >,
): string {
  const head = [
    `**${view.status}** · turn ${view.turns} · ${view.waiting} waiting`,
    wordUsage(view.usage),
    ...view.approvals.map((pending) => `waits for approval of \`${pending.tool}\``),
    ...view.running.map((call) => `running \`${call.name}\``),
    ...view.tasks.map(({ id, task }) => `task \`${id}\` (${task})`),
  ];
  const lines = view.entries.map(lineOf).filter(Boolean);
  return `${head.join(' · ')}\n\n${lines.join('\n\n')}`;
}

function lineOf(entry: Entry): string {
  switch (entry.kind) {
    case 'user': {
      const refused = entry.refused === undefined ? '' : ` (not let in: ${entry.refused})`;
      const who = entry.internal?.kind ?? entry.sender?.name ?? entry.sender?.id ?? 'user';
      return `**${who}**${refused}: ${short(textWith(entry))}`;
    }
    case 'assistant': {
      const calls = toolCallsOf(entry.content).map((call) => `\`${call.toolName}\``);
      return calls.length > 0 ? `**agent** calls ${calls.join(', ')} ${short(textOf(entry.content))}` : '';
    }
    case 'tool':
      return `\`${entry.name}\` ${entry.outcome}: ${short(entry.output)}`;
    case 'approval':
      return `**approval** asked for \`${entry.tool}\``;
    case 'decision':
      return `**approval** ${entry.outcome}${entry.by === undefined ? '' : ` by ${entry.by}`}`;
    case 'summary':
      return `**summary** of all up to turn ${entry.upToTurn}: ${short(entry.text)}`;
    case 'reply':
      return `**agent**: ${short(entry.text)}`;
  }
}

function textWith({ text, attachments = [] }: UserEntry): string {
  return [text, ...attachments.map(({ kind, name }) => `[${[kind, name].filter(Boolean).join(' ')}]`)].join(
    ' ',
  );
}

function short(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
