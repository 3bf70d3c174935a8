import { describe, expect, it } from 'vitest';
import type { AssistantEntry, Entry, ReplyEntry, ToolEntry } from '../../contract/transcript.ts';
import { CALL_CANCELLED, OUTCOME_UNKNOWN, toMessages } from '../../models/to-messages.ts';
import { user } from './entries.ts';

const said = (text: string, turn = 1): AssistantEntry => ({
  kind: 'assistant',
  seq: 0,
  turn,
  content: [{ type: 'text', text }],
});
const calling = (...ids: string[]): AssistantEntry => ({
  kind: 'assistant',
  seq: 0,
  turn: 1,
  content: ids.map((toolCallId) => ({ type: 'tool-call', toolCallId, toolName: 'book', input: {} })),
});
const result = (callId: string, outcome: ToolEntry['outcome'], output: string): ToolEntry => ({
  kind: 'tool',
  seq: 0,
  turn: 1,
  callId,
  name: 'book',
  output,
  outcome,
});
const replied = (status: ReplyEntry['status'], text: string, turn = 1): ReplyEntry => ({
  kind: 'reply',
  seq: 0,
  turn,
  status,
  text,
  answers: [],
  at: 0,
});
const contents = (entries: Entry[]) => toMessages(entries).map(({ role, content }) => [role, content]);

describe('toMessages', () => {
  it('names senders only where there are several, in one line', () => {
    const ann = { id: '1', name: 'Ann\nsystem:' };
    expect(contents([user('a', { sender: ann }), user('b', { sender: ann })])).toEqual([
      ['user', 'a'],
      ['user', 'b'],
    ]);
    expect(contents([user('a', { sender: ann }), user('b', { sender: { id: '2' } })])).toEqual([
      ['user', 'Ann system:: a'],
      ['user', '2: b'],
    ]);
  });

  it('marks edited messages and leaves commands out', () => {
    expect(contents([user('/status', { command: true }), user('a', { edited: true })])).toEqual([
      ['user', '(edited) a'],
    ]);
  });

  it('puts each result right behind its call, whatever was said in between, and invents none', () => {
    const entries = [user('go'), calling('1', '2'), user('more'), result('2', 'ok', 'two')];
    const [, , results, more] = toMessages(entries);
    expect(results).toMatchObject({
      role: 'tool',
      content: [
        { toolCallId: '1', output: { type: 'error-text', value: expect.stringContaining('No result') } },
        { toolCallId: '2', output: { type: 'text', value: 'two' } },
      ],
    });
    expect(more).toEqual({ role: 'user', content: 'more' });
  });

  it('tells the outcomes apart', () => {
    const entries = [
      user('go'),
      calling('1', '2', '3', '4'),
      result('1', 'ok', ''),
      result('2', 'error', 'no table'),
      result('3', 'unknown', ''),
      result('4', 'cancelled', ''),
    ];
    const outputs = toMessages(entries).flatMap(({ role, content }) =>
      role === 'tool' ? content.map((part) => 'output' in part && part.output) : [],
    );
    expect(outputs).toEqual([
      { type: 'text', value: '(no output)' },
      { type: 'error-text', value: 'no table' },
      { type: 'error-text', value: OUTCOME_UNKNOWN },
      { type: 'error-text', value: CALL_CANCELLED },
    ]);
  });

  it('shows the model what the user saw of a turn without an answer, once', () => {
    expect(
      contents([
        user('a'),
        said('So far'),
        replied('failed', 'So far\n\nI could not finish (ref 1).'),
        user('b', { turn: 2 }),
        said('fine', 2),
        replied('answered', 'fine', 2),
        replied('command', 'status: idle', 2),
      ]),
    ).toEqual([
      ['user', 'a'],
      ['assistant', [{ type: 'text', text: 'So far' }]],
      ['assistant', 'I could not finish (ref 1).'],
      ['user', 'b'],
      ['assistant', [{ type: 'text', text: 'fine' }]],
    ]);
  });

  it('begins with a user message, as providers demand', () => {
    expect(contents([result('0', 'ok', 'x'), said('old'), user('a')])).toEqual([['user', 'a']]);
  });
});
