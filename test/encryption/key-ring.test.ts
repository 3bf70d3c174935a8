import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ConfigError, readEnvironment } from '../../config/environment.ts';
import { createKey } from './create-key.ts';

const read = (keys: string) => readEnvironment({ HOLDFAST_ENCRYPTION_KEYS: keys }).HOLDFAST_ENCRYPTION_KEYS;

describe('HOLDFAST_ENCRYPTION_KEYS', () => {
  it('is a ring whose first key encrypts, and of which nothing can be printed', () => {
    const [one, two] = [createKey(), createKey()];
    const ring = read(`2026-11:${one}, 2026-10:${two}`);
    expect(ring?.first).toBe('2026-11');
    expect(ring?.key('2026-10')?.export()).toEqual(Buffer.from(two, 'base64'));
    expect(ring?.key('other')).toBeUndefined();
    const printed = `${inspect(ring, { depth: 9, showHidden: true })} ${JSON.stringify(ring)}`;
    for (const key of [one, two]) expect(printed).not.toContain(key.slice(0, 8));
    expect(printed).not.toMatch(/<Buffer|\d+, \d+/);
  });

  it('not set, nothing is encrypted', () => {
    expect(read('')).toBeUndefined();
  });

  const key = createKey();
  it.each([
    ['without an id', key, 'key 1: write <id>:<key>'],
    ['with nothing behind a comma', `a:${key},`, 'key 2: write <id>:<key>'],
    ['too short', `a:${key},b:c2hvcnQ=`, 'key 2 ("b") is not 32 bytes in base64'],
    ['too long', `a:${Buffer.alloc(33).toString('base64')}`, 'key 1 ("a") is not 32 bytes in base64'],
    ['not base64', `a:${'*'.repeat(44)}`, 'key 1 ("a") is not 32 bytes in base64'],
    ['with the id of another', `a:${key},a:${createKey()}`, 'key 2: there are two keys with the id "a"'],
    ['before its id', `${key}:a`, 'key 1: write <id>:<key>'],
  ])('a key %s is refused, with the fix and without the key', (_, text, problem) => {
    const refusal = catching(() => read(text));
    expect(refusal).toBeInstanceOf(ConfigError);
    expect(refusal.message).toContain(`HOLDFAST_ENCRYPTION_KEYS: ${problem}`);
    if (!problem.includes('two keys')) expect(refusal.message).toContain('openssl rand -base64 32');
    expect(refusal.message).not.toContain(key.slice(0, 8));
  });
});

function catching(act: () => unknown): Error {
  try {
    act();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}
