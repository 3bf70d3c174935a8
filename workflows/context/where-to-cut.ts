import { bytesOf } from '../../contract/size.ts';
import { type Entry, toolCallsOf } from '../../contract/transcript.ts';

/** What stays as it is, of all the bytes: the newest turns up to here, … */
const STAYS = 1 / 3;
/** … and the last two, or the last one, up to here. */
const LAST_TURNS_STAY = 2 / 3;

/**
 * Where a summary of the older part is to end: the index of the first entry that stays as it is; 0 if no cut makes sense. It is where
 * a turn begins, or where none does, where a step begins: no call is separated from its result.
 */
export function whereToCut(entries: readonly Entry[]): number {
  const sizes = sizesFromHere(entries);
  const fits = (index: number, share: number) => (sizes[index] ?? 0) <= share * (sizes[0] ?? 0);
  const turns = startsIn(entries, beginsTurn);
  const steps = startsIn(entries, beginsStep);
  return (
    turns.slice(0, -1).find((index) => fits(index, STAYS)) ??
    turns.slice(-2).find((index) => fits(index, LAST_TURNS_STAY)) ??
    steps.find((index) => fits(index, STAYS)) ??
    steps.at(-1) ??
    0
  );
}

/** Bytes of each entry and of all that follow it. */
function sizesFromHere(entries: readonly Entry[]): number[] {
  let size = 0;
  return entries
    .toReversed()
    .map((entry) => {
      size += bytesOf(entry);
      return size;
    })
    .toReversed();
}

/** Where entries can be cut such that the second part begins with this. */
function startsIn(entries: readonly Entry[], begins: (entry: Entry, before: Entry) => boolean): number[] {
  const open = new Set<string>();
  return entries.flatMap((entry, index) => {
    const before = entries[index - 1];
    const start = before !== undefined && open.size === 0 && begins(entry, before);
    if (entry.kind === 'assistant') for (const call of toolCallsOf(entry.content)) open.add(call.toolCallId);
    if (entry.kind === 'tool') open.delete(entry.callId);
    return start ? [index] : [];
  });
}

function beginsTurn(entry: Entry, before: Entry): boolean {
  return entry.turn !== before.turn;
}

/** The messages of a turn stay with its first step, and its reply with its last. */
function beginsStep(entry: Entry, before: Entry): boolean {
  return beginsTurn(entry, before) || (before.kind === 'tool' && entry.kind !== 'reply');
}
