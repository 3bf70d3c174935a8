import type { Expected } from '../exchange.ts';
import type { Spoken } from '../person.ts';
import type { Witnessed } from '../storm.ts';
import { Findings, type Violation } from './violation.ts';

/** What is said by the way, at most once for each request that waits. */
const NOTE = /^I wait for an approver first/;
const SORRY = /^Sorry, I could not finish this/;

/** What people see: everything that was to come, once, whole and in order, and nothing else. */
export function checkShown({ conversation, spoken, shown }: Witnessed): Violation[] {
  const found = new Findings(conversation);
  checkExpected(found, spoken, shown);
  checkOthers(found, spoken, shown);
  checkOrder(found, spoken, shown);
  return found.violations;
}

/** Everything that was to come is there, once and whole. */
function checkExpected(found: Findings, spoken: Spoken[], shown: string[]): void {
  for (const { token, expected, acknowledgedAt } of spoken) {
    if (acknowledgedAt === undefined) found.add('lost', 'it was never acknowledged', token);
    for (const { what, mark, pattern } of expected) {
      const meant = shown.filter((text) => text.includes(mark));
      if (meant.length === 0) found.add('lost', `no ${what}`, token);
      if (meant.length > 1) found.add('repeated', `${meant.length} times the ${what}`, token);
      for (const text of meant)
        if (!pattern.test(text)) found.add('not whole', `the ${what} is: ${text}`, token);
    }
  }
}

/** Nothing else is there but what may be. */
function checkOthers(found: Findings, spoken: Spoken[], shown: string[]): void {
  const marks = spoken.flatMap(({ expected }) => expected.map(({ mark }) => mark));
  const others = shown.filter((text) => !marks.some((mark) => text.includes(mark)));
  for (const text of others.filter((other) => SORRY.test(other))) found.add('failed', text);
  for (const text of others.filter((other) => !SORRY.test(other) && !NOTE.test(other)))
    found.add('stray', text);
  const requests = spoken.filter(({ decision }) => decision !== undefined).length;
  const notes = others.filter((other) => NOTE.test(other)).length;
  if (notes > requests)
    found.add('repeated', `${notes} notes that an approver is waited for, ${requests} requests`);
}

function checkOrder(found: Findings, spoken: Spoken[], shown: string[]): void {
  const places = spoken.flatMap((one) => {
    const mark = replyOf(one)?.mark;
    const place = mark === undefined ? -1 : shown.findIndex((text) => text.includes(mark));
    return place < 0 ? [] : [{ token: one.token, place }];
  });
  for (const [index, { token, place }] of places.entries()) {
    const before = places[index - 1];
    if (before && before.place > place)
      found.add('out of order', `it is shown before ${before.token}`, token);
  }
}

/** Commands act at once, and reminders and reports when it is their time: only replies have an order. */
function replyOf({ expected }: Spoken): Expected | undefined {
  return expected.find(({ what }) => what === 'reply');
}
