import { describe, expect, it } from 'vitest';
import { AccountBook } from '../../workflows/access/account-book.ts';

const NOON = Date.parse('2026-11-25T12:00:00Z');
const MIDNIGHT = Date.parse('2026-11-26T00:00:00Z');

describe('an account', () => {
  it('takes so many turns a day, and says which limit leaves no room until when', () => {
    const book = new AccountBook();
    const limits = { turnsPerDay: 2 };
    expect([1, 2, 3].map((n) => book.count(limits, NOON + n))).toEqual([
      null,
      null,
      { limit: 'turnsPerDay', most: 2, until: MIDNIGHT },
    ]);
    // What was refused is not counted.
    expect(book.usedAt(NOON + 3)).toMatchObject({ turns: 2 });
    expect(book.count(limits, MIDNIGHT - 1)).not.toBeNull();
    expect(book.count(limits, MIDNIGHT)).toBeNull();
    expect(book.usedAt(MIDNIGHT)).toMatchObject({ turns: 1 });
  });

  it('takes so many messages in any minute', () => {
    const book = new AccountBook();
    const limits = { messagesPerMinute: 2 };
    expect(book.count(limits, NOON)).toBeNull();
    expect(book.count(limits, NOON + 50_000)).toBeNull();
    const reached = book.count(limits, NOON + 59_999);
    expect(reached).toEqual({ limit: 'messagesPerMinute', most: 2, until: NOON + 60_000 });
    expect(book.count(limits, NOON + 60_000)).toBeNull();
    expect(book.count(limits, NOON + 60_001)).toMatchObject({ until: NOON + 110_000 });
    expect(book.usedAt(NOON + 60_001)).toMatchObject({ messages: 2 });
    expect(book.usedAt(NOON + 110_000)).toMatchObject({ messages: 1 });
  });

  it('ends with the tokens or the money of the day, whichever comes first', () => {
    const book = new AccountBook();
    const limits = { tokensPerDay: 1000, costPerDay: 0.5 };
    expect(book.count(limits, NOON)).toBeNull();
    book.spend({ tokens: 900, cost: 0.5, unusedTurns: 0, at: NOON });
    expect(book.count(limits, NOON)).toMatchObject({ limit: 'costPerDay', most: 0.5, until: MIDNIGHT });
    book.spend({ tokens: 100, cost: 0, unusedTurns: 0, at: NOON });
    expect(book.count(limits, NOON)).toMatchObject({ limit: 'tokensPerDay', most: 1000 });
    expect(book.count(limits, MIDNIGHT)).toBeNull();
    expect(book.usedAt(NOON)).toMatchObject({ tokens: 0, turns: 1 });
  });

  it('gives back turns of messages that were answered together, on the day that is open', () => {
    const book = new AccountBook();
    const limits = { turnsPerDay: 3 };
    for (const n of [0, 1, 2]) book.count(limits, NOON + n);
    book.spend({ tokens: 1, cost: 0, unusedTurns: 2, at: NOON });
    expect(book.usedAt(NOON)).toMatchObject({ turns: 1 });
    expect(book.count(limits, MIDNIGHT)).toBeNull();
    book.spend({ tokens: 1, cost: 0, unusedTurns: 2, at: NOON });
    expect(book.usedAt(MIDNIGHT)).toMatchObject({ turns: 0, tokens: 1 });
  });

  it('goes on from its state as it was', () => {
    const book = new AccountBook();
    const limits = { turnsPerDay: 1, messagesPerMinute: 5 };
    book.count(limits, NOON);
    const next = new AccountBook(structuredClone(book.state));
    expect(next.count(limits, NOON)).toMatchObject({ limit: 'turnsPerDay' });
    expect(next.usedAt(NOON)).toEqual({ messages: 1, turns: 1, tokens: 0, cost: 0 });
  });
});
