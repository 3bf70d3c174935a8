import { expect, it } from 'vitest';
import { shortKey, uuidKey } from '../../platforms/delivery-key.ts';
import { equalSecrets, isRecent } from '../../platforms/secret.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/;

it('makes keys short: the same of the same, others of others', () => {
  expect(shortKey('run-1.t1.0', 25)).toMatch(/^[0-9a-f]{25}$/);
  expect(shortKey('run-1.t1.0', 25)).toBe(shortKey('run-1.t1.0', 25));
  expect(shortKey('run-1.t1.0', 25)).not.toBe(shortKey('run-1.t1.1', 25));
  expect(uuidKey('run-1.t1.0')).toMatch(UUID);
  expect(uuidKey('run-1.t1.0')).not.toBe(uuidKey('run-1.t1.1'));
});

it('compares secrets of any length', () => {
  expect(equalSecrets('abc', 'abc')).toBe(true);
  for (const wrong of ['', 'ab', 'abd', 'abcd']) expect(equalSecrets(wrong, 'abc')).toBe(false);
});

it('takes a time within five minutes for recent, either way', () => {
  for (const ms of [0, -299_000, 299_000]) expect(isRecent(Date.now() + ms)).toBe(true);
  for (const ms of [-301_000, 301_000, Number.NaN]) expect(isRecent(Date.now() + ms)).toBe(false);
});
