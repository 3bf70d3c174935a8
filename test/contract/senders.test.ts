import { describe, expect, it } from 'vitest';
import { withSender } from '../../contract/senders.ts';

const memoOf = (...senders: { id: string; name?: string }[]) => ({ senders });

describe('who is noted to have written in a conversation', () => {
  it('is each sender once, with the first name that is told', () => {
    expect(withSender(undefined, { id: '1' })).toEqual([{ id: '1' }]);
    expect(withSender(memoOf({ id: '1' }), { id: '2', name: 'Ben' })).toEqual([
      { id: '1' },
      { id: '2', name: 'Ben' },
    ]);
    expect(withSender(memoOf({ id: '1' }), { id: '1', name: 'Ada' })).toEqual([{ id: '1', name: 'Ada' }]);
  });

  it('does not change for who is known, by whatever name, nor for nobody', () => {
    const ada = memoOf({ id: '1', name: 'Ada' });
    for (const sender of [undefined, { id: '1' }, { id: '1', name: 'Ada' }, { id: '1', name: 'Ada L.' }])
      expect(withSender(ada, sender)).toBeUndefined();
  });

  it('is the last twenty', () => {
    const twenty = Array.from({ length: 20 }, (_, index) => ({ id: String(index) }));
    const senders = withSender(memoOf(...twenty), { id: 'new' });
    expect(senders).toHaveLength(20);
    expect(senders?.at(0)).toEqual({ id: '1' });
    expect(senders?.at(-1)).toEqual({ id: 'new' });
  });
});
