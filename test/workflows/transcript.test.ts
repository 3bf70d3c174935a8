import { describe, expect, it } from 'vitest';
import { type InboundMessage, MAX_ATTACHMENTS, MAX_REF, MAX_TEXT_BYTES } from '../../contract/message.ts';
import { DEFAULT_SETTINGS } from '../../contract/settings.ts';
import { bytesOf } from '../../contract/size.ts';
import { FIRST_STATE } from '../../contract/state.ts';
import type { AssistantEntry, ReplyEntry, UserEntry } from '../../contract/transcript.ts';
import { Transcript } from '../../workflows/transcript.ts';

const MB = 1024 * 1024;
const attachments = Array.from({ length: MAX_ATTACHMENTS }, (_, index) => ({
  kind: 'image' as const,
  ref: `${index}`.padEnd(MAX_REF, 'r'),
}));

/** A transcript whose second turn is one batch of the largest messages that there are. */
function flooded(count: number): Transcript {
  const transcript = new Transcript(FIRST_STATE);
  const take = (turn: number, message: InboundMessage) =>
    transcript.appendMessage(turn, { message, settings: DEFAULT_SETTINGS, at: 0 });
  take(1, { id: 'before', text: 'before' });
  transcript.append<ReplyEntry>({
    kind: 'reply',
    turn: 1,
    status: 'answered',
    text: 'so',
    answers: [],
    at: 0,
  });
  for (let n = 1; n <= count; n += 1)
    take(2, { id: `e${n}`, text: `${n} `.padEnd(MAX_TEXT_BYTES, 'x'), attachments });
  return transcript;
}
const texts = (entries: readonly { kind: string }[]) =>
  entries
    .filter((entry): entry is UserEntry => entry.kind === 'user')
    .map(({ text }) => text.slice(0, 9).trim());

describe('a turn of messages that are together larger than any payload', () => {
  const count = 60;

  it('shows the model the newest of them, and a word for each of the others', () => {
    const transcript = flooded(count);
    const { entries, omittedTurns } = transcript.forModel(transcript.seq);
    expect(bytesOf(entries)).toBeLessThan(1.5 * MB);
    expect(omittedTurns).toBe(1);
    expect(texts(entries)).toHaveLength(count);
    expect(texts(entries)[0]).toBe('[left out');
    expect(texts(entries).slice(-10)).not.toContain('[left out');
    expect(entries.at(-1)).toMatchObject({ id: `e${count}`, attachments });
  });

  it('goes to the next run in less than a payload, with its reply', () => {
    const transcript = flooded(count);
    transcript.append<AssistantEntry>({
      kind: 'assistant',
      turn: 2,
      content: [{ type: 'text', text: 'yes' }],
    });
    const reply = transcript.append<ReplyEntry>({
      kind: 'reply',
      turn: 2,
      status: 'answered',
      text: 'yes',
      answers: [],
      at: 0,
    });
    const carried = transcript.carried();
    expect(bytesOf(carried)).toBeLessThan(MB);
    expect(carried.entries.at(-1)).toEqual(reply);
    expect(texts(carried.entries)).toHaveLength(count);
    expect(texts(carried.entries).at(-1)).toMatch(/^60 x/);
    expect(carried.omittedTurns).toBe(1);
  });
});
