import { expect, test } from 'vitest';
import type { Field } from '../../bench/field.ts';
import { take } from '../../bench/measures/take.ts';

const reads = (value: number) =>
  take(
    { name: 'speed', run: async () => [{ figure: 'turn', system: 'holdfast', unit: 'ms', value }] },
    {} as Field,
  );

test('what a measure reads is taken', async () => {
  expect(await reads(5)).toMatchObject([{ figure: 'turn', value: 5 }]);
});

test.each([[0], [Number.NaN], [Number.POSITIVE_INFINITY]])('a measure that reads %s fails', async (value) => {
  await expect(reads(value)).rejects.toThrow(`speed: "turn" of holdfast reads ${value}`);
});
