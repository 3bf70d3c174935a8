import { expect, it } from 'vitest';
import type { Entry } from '../../contract/transcript.ts';
import { checkAnswers } from './check-answers.ts';

const said = (id: string, text: string) => ({ kind: 'user', id, text, seq: 0, turn: 1, at: 0 }) as Entry;
const reply = (...answers: string[]) =>
  ({ kind: 'reply', status: 'answered', text: 'yes', answers, seq: 0, turn: 1, at: 0 }) as Entry;
const acknowledged = ['one', 'two'].map((text) => ({
  conversation: 'http/1',
  text,
  attempts: 1,
  ms: 1,
  afterMs: 1,
}));
const check = (...transcript: Entry[]) => checkAnswers(acknowledged, async () => transcript);

it('what was acknowledged is there once and answered once, together or apart', async () => {
  expect(await check(said('1', 'one'), said('2', 'two'), reply('1', '2'))).toEqual([]);
  expect(await check(said('1', 'one'), reply('1'), said('2', 'two'), reply('2'))).toEqual([]);
});

it('a message that is lost, stored again, unanswered or answered again is found', async () => {
  expect(await check(said('1', 'one'), reply('1'))).toEqual([
    'http/1: "two" is there 0 times, and answered 0 times',
  ]);
  expect(await check(said('1', 'one'), said('2', 'two'), said('2', 'two'), reply('1', '2'))).toEqual([
    'http/1: "two" is there 2 times, and answered 1 times',
    'http/1: 1 messages are there again',
  ]);
  expect(await check(said('1', 'one'), said('2', 'two'), reply('1'))).toEqual([
    'http/1: "two" is there 1 times, and answered 0 times',
  ]);
  expect(await check(said('1', 'one'), said('2', 'two'), reply('1', '2'), reply('2'))).toEqual([
    'http/1: "two" is there 1 times, and answered 2 times',
  ]);
});
