import { describe, expect, it } from 'vitest';
import { readCode } from '../../contract/pairing-code.ts';
import { PairingBook } from '../../workflows/access/pairing-book.ts';

const NOW = Date.parse('2026-11-25T12:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const stranger = (platform: string, id: string) => ({
  identity: `${platform}:${id}`,
  place: { platform, conversation: id },
  fresh: `CODE${id}`,
});
const ada = stranger('telegram', '1');
const approve = (code: string, by = 'cli') => ({ code, role: 'user' as const, by });

describe('pairing', () => {
  it('gives a stranger one code, however often they knock, and lets them in by it', () => {
    const book = new PairingBook();
    expect(book.knock(ada, NOW)).toEqual({ code: 'CODE1', expiresAt: NOW + HOUR });
    expect(book.knock({ ...ada, fresh: 'OTHER' }, NOW + MINUTE)).toMatchObject({ code: 'CODE1' });
    expect(book.roleOf(ada.identity)).toBeNull();
    expect(book.tryCode({ code: 'CODE1', role: 'approver', by: 'telegram:9' }, NOW + 2)).toMatchObject({
      outcome: 'paired',
      isNew: true,
      paired: { identity: 'telegram:1', role: 'approver', by: 'telegram:9', at: NOW + 2 },
    });
    expect(book.knock(ada, NOW + 3)).toEqual({ role: 'approver' });
    // A repeat, as by an activity whose answer was lost, changes nothing.
    expect(book.tryCode(approve('CODE1'), NOW + 4)).toMatchObject({
      isNew: false,
      paired: { role: 'approver', at: NOW + 2 },
    });
  });

  it('forgets a code after an hour: then there is another one', () => {
    const book = new PairingBook();
    book.knock(ada, NOW);
    expect(book.viewAt(NOW + HOUR - 1).pending).toHaveLength(1);
    expect(book.viewAt(NOW + HOUR).pending).toEqual([]);
    expect(book.tryCode(approve('CODE1'), NOW + HOUR)).toMatchObject({ outcome: 'wrong' });
    expect(book.knock({ ...ada, fresh: 'NEXT' }, NOW + HOUR)).toMatchObject({ code: 'NEXT' });
  });

  it('lets three wait on each platform, and tells the others when to come back', () => {
    const book = new PairingBook();
    for (const id of ['1', '2', '3']) book.knock(stranger('telegram', id), NOW + Number(id));
    expect(book.knock(stranger('telegram', '4'), NOW + 9)).toEqual({ crowded: true, until: NOW + 1 + HOUR });
    expect(book.knock(stranger('slack', '4'), NOW + 9)).toMatchObject({ code: 'CODE4' });
    expect(book.knock(stranger('telegram', '3'), NOW + 9)).toMatchObject({ code: 'CODE3' });
    expect(book.knock(stranger('telegram', '4'), NOW + 1 + HOUR)).toMatchObject({ code: 'CODE4' });
  });

  it('shows no codes to who only looks', () => {
    const book = new PairingBook();
    book.knock({ ...ada, name: 'Ada' }, NOW);
    expect(JSON.stringify(book.viewAt(NOW))).not.toContain('CODE');
    expect(book.viewAt(NOW).pending).toMatchObject([{ identity: 'telegram:1', name: 'Ada' }]);
  });

  it('locks out who tries five wrong codes in a quarter of an hour, for an hour, and nobody else', () => {
    const book = new PairingBook();
    book.knock(ada, NOW);
    const tries = (from: number, count: number) =>
      Array.from({ length: count }, (_, n) => book.tryCode(approve(`WRONG${n}`), from + n));
    expect(tries(NOW, 4).at(-1)).toEqual({ outcome: 'wrong', left: 1 });
    expect(tries(NOW + 10, 1)).toEqual([{ outcome: 'locked', until: NOW + 10 + HOUR }]);
    expect(book.tryCode(approve('CODE1'), NOW + 20)).toMatchObject({ outcome: 'locked' });
    expect(new PairingBook(structuredClone(book.state)).tryCode(approve('CODE1'), NOW + 20)).toMatchObject({
      outcome: 'locked',
    });
    expect(book.tryCode(approve('WRONG', 'telegram:9'), NOW + 20)).toMatchObject({
      outcome: 'wrong',
      left: 4,
    });
    expect(book.tryCode(approve('CODE1', 'telegram:9'), NOW + 21)).toMatchObject({ outcome: 'paired' });
    expect(book.tryCode(approve('WRONG'), NOW + 11 + HOUR)).toEqual({ outcome: 'wrong', left: 4 });
  });

  it('does not count wrong codes that are long ago, or from before a right one', () => {
    const book = new PairingBook();
    for (let n = 0; n < 20; n += 1)
      expect(book.tryCode(approve('WRONG'), NOW + n * 4 * MINUTE).outcome).toBe('wrong');
    book.knock(ada, NOW + 80 * MINUTE);
    book.tryCode(approve('CODE1'), NOW + 80 * MINUTE);
    expect(book.tryCode(approve('WRONG'), NOW + 80 * MINUTE)).toMatchObject({ left: 4 });
  });

  it('ends a pairing: then they knock anew, and their old code is worth nothing', () => {
    const book = new PairingBook();
    book.knock(ada, NOW);
    book.tryCode(approve('CODE1'), NOW);
    expect(book.revoke('telegram:1')).toBe(true);
    expect(book.revoke('telegram:1')).toBe(false);
    expect(book.tryCode(approve('CODE1'), NOW)).toMatchObject({ outcome: 'wrong' });
    expect(book.knock({ ...ada, fresh: 'NEXT' }, NOW)).toMatchObject({ code: 'NEXT' });
  });
});

describe('a code as somebody types it', () => {
  it.each([
    ['abcd-2345', 'ABCD2345'],
    [' AB CD 23 45 ', 'ABCD2345'],
    ['ABCD234', undefined],
    ['ABCD23456', undefined],
    ['ABCD234O', undefined],
    ["ABCD234'", undefined],
  ])('%s', (typed, code) => expect(readCode(typed)).toBe(code));
});
