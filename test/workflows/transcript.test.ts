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

describe('a transcript with a summary', () => {
  /** Five turns, the first two of them in a summary that was made in the sixth. */
  function summarised(): Transcript {
    const transcript = new Transcript(FIRST_STATE);
    const take = (turn: number) =>
      transcript.appendMessage(turn, {
        message: { id: `e${turn}`, text: `turn ${turn}` },
        settings: DEFAULT_SETTINGS,
        at: 0,
      });
    for (let turn = 1; turn <= 5; turn += 1) {
      take(turn);
      transcript.append<ReplyEntry>({
        kind: 'reply',
        turn,
        status: 'answered',
        text: 'so',
        answers: [],
        at: 0,
      });
    }
    take(6);
    transcript.summarise({ turn: 6, upTo: 4, text: 'the first two' });
    return transcript;
  }
  const again = (transcript: Transcript) => new Transcript({ ...FIRST_STATE, ...transcript.carried() });
  const kinds = ({ entries }: { entries: readonly { kind: string; seq: number }[] }) =>
    entries.map(({ kind, seq }) => `${kind}${seq}`);

  it('shows it first, and then what it does not stand for', () => {
    const transcript = summarised();
    const seen = transcript.forModel(transcript.seq);
    expect(kinds(seen)).toEqual([
      'summary12',
      'user5',
      'reply6',
      'user7',
      'reply8',
      'user9',
      'reply10',
      'user11',
    ]);
    expect(seen.omittedTurns).toBe(0);
    expect(transcript.turns).toEqual([3, 4, 5, 6]);
  });

  it('carries it with what follows, in the order of the numbers, and none of what it stands for', () => {
    const transcript = summarised();
    const carried = transcript.carried();
    expect(kinds(carried)).toEqual([
      'user5',
      'reply6',
      'user7',
      'reply8',
      'user9',
      'reply10',
      'user11',
      'summary12',
    ]);
    expect(carried.omittedTurns).toBe(0);
    const next = again(transcript);
    expect(next.forModel(next.seq)).toEqual(transcript.forModel(transcript.seq));
    next.summarise({ turn: 7, upTo: 8, text: 'the first four' });
    expect(kinds(again(next).carried())).toEqual(['user9', 'reply10', 'user11', 'summary13']);
  });

  it('keeps it when the newest turns alone are too large to be carried, and tells of those that are left out', () => {
    const transcript = summarised();
    for (let n = 1; n <= 20; n += 1)
      transcript.append<AssistantEntry>({
        kind: 'assistant',
        turn: 6,
        content: [{ type: 'text', text: 'x'.repeat(64_000) }],
      });
    const { entries, omittedTurns } = transcript.carried();
    expect(kinds({ entries })).toEqual(['user11', 'summary12']);
    expect(omittedTurns).toBe(3);
  });

  it('has nothing of it after /new', () => {
    const transcript = summarised();
    transcript.startAfresh();
    expect(transcript.isEmpty).toBe(true);
    expect(transcript.summary).toBeUndefined();
    expect(transcript.turns).toEqual([]);
    expect(kinds(transcript.carried())).toEqual(['user11']);
  });

  it('leaves turns that were taken back out of the next summary', () => {
    const transcript = summarised();
    transcript.undo([3]);
    expect(kinds(transcript.forModel(8))).toEqual(['summary12', 'user7', 'reply8']);
  });
});
