import { expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '../../contract/settings.ts';
import { FIRST_STATE } from '../../contract/state.ts';
import type { ReplyEntry } from '../../contract/transcript.ts';
import { Transcript } from '../../workflows/transcript.ts';

it('a flood of commands and refused messages does not push what was said out of the next run', () => {
  const transcript = new Transcript(FIRST_STATE);
  const queued = (id: string, text: string) => ({ message: { id, text }, settings: DEFAULT_SETTINGS, at: 0 });
  const reply = (status: ReplyEntry['status'], text: string) =>
    transcript.append<ReplyEntry>({ kind: 'reply', turn: 1, status, text, answers: [], at: 0 });
  transcript.appendMessage(1, queued('said', 'what was said'));
  reply('answered', 'what was answered');
  for (let n = 0; n < 1_000; n += 1) {
    transcript.appendMessage(1, queued(`c${n}`, '/help'), true);
    reply('command', 'x'.repeat(2_000));
    transcript.appendRefused(1, queued(`r${n}`, 'y'.repeat(5_000)), 'stranger');
  }
  const { entries } = transcript.carried();
  expect(entries.slice(0, 2)).toMatchObject([{ text: 'what was said' }, { text: 'what was answered' }]);
  expect(entries).toHaveLength(2 + 100);
  expect(entries.at(-1)).toMatchObject({ id: 'r999', refused: 'stranger', text: 'y'.repeat(200) });
});
