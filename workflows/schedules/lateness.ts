import { type Due, dueOf, type Internal, withDue } from '../../contract/message.ts';

/** What is told later than this after it was due says so. */
const LATE_MS = 2 * 60_000;

/** The same with how late it is told, if it is; `arrivedAt` and `now` in ms since the epoch. */
export function withLateness(internal: Internal, arrivedAt: number, now: number): Internal {
  const due = dueOf(internal);
  if (!due) return internal;
  const late = latenessOf(due, arrivedAt, now);
  return late === undefined ? internal : withDue(internal, { ...due, late });
}

/** The line that tells it under what is told. */
export function lateLine(late: string): string {
  return `(${late})`;
}

function latenessOf({ dueAt, when, several }: Due, arrivedAt: number, now: number): string | undefined {
  const since = several?.since ?? dueAt;
  const isLate = now - since > LATE_MS;
  const why = arrivedAt - since > LATE_MS ? 'late because I was down' : 'late because I was busy';
  const told = isLate ? why : undefined;
  if (several)
    return `due ${several.times} times since ${several.sinceWhen}, the last time ${when}; ${['told once', told].filter(Boolean).join(', ')}`;
  return told && `due ${when}; ${told}`;
}
