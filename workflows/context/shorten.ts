import { bytesOf } from '../../contract/size.ts';
import type { Entry } from '../../contract/transcript.ts';

/** Commands and their answers that are carried along, the newest. */
const COMMANDS = 100;
/** What stands for a tool's result that took workers down. */
const LEFT_OUT = '(left out: it could not be processed)';

/** Without the oldest tool results, as far as the rest needs their room. */
export function withoutOldResults(entries: Entry[], most: number): Entry[] {
  let excess = bytesOf(entries) - most;
  return entries.map((entry) => {
    if (excess <= 0 || entry.kind !== 'tool') return entry;
    excess -= bytesOf(entry.output);
    return { ...entry, output: '[left out: the conversation is too long to show this result again]' };
  });
}

/** Without what the oldest messages say, as far as the rest needs their room. */
export function withoutOldMessages(entries: Entry[], most: number): Entry[] {
  let excess = bytesOf(entries) - most;
  return entries.map((entry) => {
    if (excess <= 0 || entry.kind !== 'user') return entry;
    const { attachments: _, transcripts: __, quote: ___, ...rest } = entry;
    const shortened = { ...rest, text: '[left out: too much was said at once to show it again]' };
    excess -= bytesOf(entry) - bytesOf(shortened);
    return shortened;
  });
}

export function newestTurn(entries: Entry[]): Entry[] {
  return entries.filter(({ turn }) => turn === entries.at(-1)?.turn);
}

/** The newest whole turns that fit. */
export function newestTurns(entries: Entry[], most: number): Entry[] {
  let size = 0;
  const tooOld = entries.findLast((entry) => {
    size += bytesOf(entry);
    return size > most;
  })?.turn;
  return tooOld === undefined ? entries : entries.filter(({ turn }) => turn > tooOld);
}

export function turnsIn(entries: Entry[]): number {
  return new Set(entries.map(({ turn }) => turn)).size;
}

/** Without what only its delivery needs. */
export function forTheModel(entry: Entry): Entry {
  if (entry.kind !== 'reply' || !entry.files) return withoutAddress(entry);
  const files = entry.files.map((file) => (file.url.startsWith('data:') ? { ...file, url: '' } : file));
  return { ...entry, files };
}

export function withoutAddress(entry: Entry): Entry {
  if (entry.kind !== 'user' || !entry.returnAddress) return entry;
  const { returnAddress: _, ...rest } = entry;
  return rest;
}

/** Commands and what they answered are no part of the conversation: a flood of them must not push it out. */
export function withoutOldCommands(entries: Entry[]): Entry[] {
  const isOfCommand = (entry: Entry) =>
    (entry.kind === 'user' && entry.command) || (entry.kind === 'reply' && entry.status === 'command');
  const first = entries.filter(isOfCommand).at(-COMMANDS)?.seq ?? 0;
  return entries.filter((entry) => entry.seq >= first || !isOfCommand(entry));
}

/** A call without its result would be refused, so the model reads that there is none. */
export function withoutLeftOut(entry: Entry): Entry {
  return entry.kind === 'tool' && entry.leftOut ? { ...entry, output: LEFT_OUT } : entry;
}
