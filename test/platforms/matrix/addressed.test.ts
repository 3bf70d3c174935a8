import { describe, expect, it } from 'vitest';
import { readMentions } from '../../../platforms/matrix/addressed.ts';

const BOT = { userId: '@holdfast:example.org', name: 'Hold Fast (bot)' };

describe('matrix: who is meant', () => {
  it.each([
    ['@holdfast:example.org: hello', 'hello'],
    ['@holdfast: hello', 'hello'],
    ['@holdfast hello', 'hello'],
    ['holdfast: hello', 'hello'],
    ['HOLD FAST (BOT), hello', 'hello'],
    ['hello @holdfast:example.org', 'hello'],
    ['hello @holdfast, please', 'hello, please'],
    ['@holdfast', '@holdfast'],
    ['@holdfast /new', '/new'],
  ])('%j says %j to the bot', (text, said) => {
    expect(readMentions(text, BOT, false)).toEqual({ text: said, mentioned: true });
  });

  it.each([
    'holdfast is a fine thing',
    'I like holdfast: it works',
    'mail@holdfast',
    '@holdfasts hello',
    '@holdfast:elsewhere.example hello',
    'hello',
  ])('%j is not for it', (text) => {
    expect(readMentions(text, BOT, false)).toEqual({ text, mentioned: false });
  });

  it('reads many spaces at once', () => {
    const started = performance.now();
    readMentions(`a${' '.repeat(60_000)}b`, BOT, false);
    expect(performance.now() - started).toBeLessThan(500);
  });

  it('believes the client of the writer, and then takes a bare name away', () => {
    expect(readMentions('Hold Fast (bot) hello', BOT, true)).toEqual({ text: 'hello', mentioned: true });
    expect(readMentions('you there, hello', BOT, true)).toEqual({
      text: 'you there, hello',
      mentioned: true,
    });
  });
});
