import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../contract/transcript.ts';
import { type Piece, TurnText } from '../../../gateway/openai/turn-text.ts';

const at = { seq: 1, turn: 1 };
const delta = (text: string, offset: number, { step = 1, attempt = 1 } = {}) => ({
  kind: 'delta' as const,
  conversation: 'web/a',
  turn: 1,
  step,
  attempt,
  offset,
  text,
});
const step = (text: string, calls: [string, object][] = []): Entry => ({
  ...at,
  kind: 'assistant',
  content: [
    { type: 'text', text },
    ...calls.map(([toolName, input]) => ({
      type: 'tool-call' as const,
      toolCallId: toolName,
      toolName,
      input: input as never,
    })),
  ],
});
const result = (name: string, output: string): Entry => ({
  ...at,
  kind: 'tool',
  callId: name,
  name,
  output,
  outcome: 'ok',
});
const reply = (text: string, extras = {}): Entry => ({
  ...at,
  kind: 'reply',
  status: 'answered',
  text,
  answers: ['m'],
  at: 0,
  ...extras,
});
const said = (pieces: Piece[]) => pieces.filter(({ kind }) => kind === 'text').map(({ text }) => text);

describe('the text of a turn', () => {
  it('is told as it is written, and once: its entries add what was not told', () => {
    const turn = new TurnText();
    expect(said(turn.add(delta(' Let me', 0)))).toEqual(['Let me']);
    expect(said(turn.add(delta(' see. \n', 7)))).toEqual([' see.']);
    expect(said(turn.take(step('Let me see.', [['look_up', { a: 1 }]])))).toEqual([]);
    expect(turn.take(result('look_up', '42'))).toEqual([{ kind: 'activity', text: 'look_up: 42\n' }]);
    expect(said(turn.add(delta('It is', 0, { step: 2 })))).toEqual(['\n\nIt is']);
    expect(said(turn.take(step('It is 42.')))).toEqual([' 42.']);
    expect(said(turn.take(reply('Let me see.\n\nIt is 42.\n\nThat was late.')))).toEqual([
      '\n\nThat was late.',
    ]);
  });

  it('waits after a gap for the entry', () => {
    const turn = new TurnText();
    turn.add(delta('one ', 0));
    expect(turn.add(delta('three', 8))).toEqual([]);
    expect(said(turn.take(step('one two three')))).toEqual([' two three']);
  });

  it('goes on when a second attempt has caught up, and says its paragraph again where it differs', () => {
    const same = new TurnText();
    same.add(delta('The answer', 0));
    expect(same.add(delta('The', 0, { attempt: 2 }))).toEqual([]);
    expect(same.add(delta('late', 10))).toEqual([]);
    expect(said(same.add(delta(' answer is', 3, { attempt: 2 })))).toEqual([' is']);

    const other = new TurnText();
    other.add(delta('First.\n\nThe answer', 0));
    expect(other.add(delta('First.\n\nI think', 0, { attempt: 2 }))).toEqual([]);
    expect(said(other.take(step('First.\n\nI think it is 42.')))).toEqual(['\n\nI think it is 42.']);
    expect(said(other.take(reply('First.\n\nI think it is 42.')))).toEqual([]);
  });

  it('tells what it does beside, requests for approval as text, and what goes with the reply', () => {
    const turn = new TurnText();
    expect(turn.take(step('', [['charge', { amount: 1 }]]))).toEqual([
      { kind: 'activity', text: 'charge {"amount":1}\n' },
    ]);
    const asked = {
      ...at,
      kind: 'approval',
      id: 'a',
      text: 'May I?',
      buttons: [],
      answers: [],
    } as unknown as Entry;
    expect(said(turn.take(asked))).toEqual(['May I?']);
    expect(turn.take({ ...asked, task: 't1' } as Entry)).toEqual([]);
    expect(
      turn.take({ ...at, kind: 'tool', callId: 'c', name: 'charge', output: 'no', outcome: 'denied' }),
    ).toEqual([{ kind: 'activity', text: 'charge: denied no\n' }]);
    const files = [
      { name: 'a.txt', mediaType: 'text/plain', url: 'data:text/plain;base64,aGk=' },
      { name: 'b.pdf', mediaType: 'application/pdf', url: 'https://example.com/b.pdf' },
    ];
    const buttons = [
      { label: 'Yes', value: 'Yes' },
      { label: 'No', value: '/deny' },
    ];
    expect(said(turn.take(reply('Done.', { files, buttons })))).toEqual([
      '\n\nDone.\nFile: a.txt\n[b.pdf](https://example.com/b.pdf)\n- Yes\n- No: /deny',
    ]);
  });
});
