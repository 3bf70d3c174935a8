import { expect, test } from 'vitest';
import type { Field } from '../../bench/field.ts';
import type { Reading } from '../../bench/measures/reading.ts';
import { take } from '../../bench/measures/take.ts';

const reads = (value: number, further: Partial<Reading> = {}) =>
  take(
    {
      name: 'speed',
      run: async () => [{ figure: 'turn', system: 'holdfast', unit: 'ms', value, ...further }],
    },
    {} as Field,
  );

test('what a measure reads is taken', async () => {
  expect(await reads(5)).toMatchObject([{ figure: 'turn', value: 5 }]);
  expect(await reads(0, { mayBeZero: true })).toMatchObject([{ value: 0 }]);
});

test.each([[0], [Number.NaN], [Number.POSITIVE_INFINITY]])('a measure that reads %s fails', async (value) => {
  await expect(reads(value)).rejects.toThrow(`speed: "turn" of holdfast reads ${value}`);
  if (value !== 0) await expect(reads(value, { mayBeZero: true })).rejects.toThrow('speed');
});
