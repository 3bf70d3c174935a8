import { describe, expect, it } from 'vitest';
import {
  type ChatEvent,
  type ChatState,
  chatAfter,
  emptyChat,
  inOrder,
} from '../../gateway/web-chat/page/chat-state.ts';
import { piecesOf, type Reply, waitsForApprover } from '../../gateway/web-chat/page/reply.ts';

const play = (events: ChatEvent[], from: ChatState = emptyChat()) => events.reduce(chatAfter, from);

const message = (seq: number, turn: number, id = `m${seq}`, text = `text of ${id}`): ChatEvent => ({
  type: 'message',
  seq,
  turn,
  id,
  text,
  at: 0,
});
const step = (seq: number, turn: number, text: string, ...calls: string[]): ChatEvent => ({
  type: 'step',
  seq,
  turn,
  text,
  calls: calls.map((id) => ({ id, name: 'wait', input: {} })),
});
const tool = (seq: number, turn: number, callId: string): ChatEvent => ({
  type: 'tool',
  seq,
  turn,
  callId,
  name: 'wait',
  outcome: 'ok',
  output: 'waited',
});
const reply = (seq: number, turn: number, text: string, ...answers: string[]): ChatEvent => ({
  type: 'reply',
  seq,
  turn,
  status: 'answered',
  text,
  answers,
});
const command = (seq: number, text: string, ...answers: string[]): ChatEvent => ({
  ...(reply(seq, 1, text, ...answers) as Extract<ChatEvent, { type: 'reply' }>),
  status: 'command',
});
const approval = (seq: number, turn: number, id: string): ChatEvent => ({
  type: 'approval',
  seq,
  turn,
  id,
  tool: 'wait',
  shown: '`wait`',
  scope: '',
  expiresAt: 0,
  buttons: [{ label: 'Approve', value: `/approve ${id}` }],
});
const decision = (seq: number, turn: number, id: string, rest: object = {}): ChatEvent => ({
  type: 'decision',
  seq,
  turn,
  id,
  outcome: 'approved',
  ...rest,
});
const delta = (text: string, offset: number, where: { step?: number; attempt?: number } = {}): ChatEvent => ({
  type: 'delta',
  turn: 1,
  step: 1,
  attempt: 1,
  offset,
  text,
  ...where,
});

/** The page in a few words. */
function drawn(chat: ChatState): string[] {
  return inOrder(chat).map((item) => {
    if (item.kind === 'user') return `${item.id} ${item.sending}`;
    if (item.kind === 'divider') return '---';
    return `${item.end?.status ?? 'running'}: ${wordsOf(item)}`;
  });
}

function wordsOf(shown: Reply): string {
  const words = piecesOf(shown).map((piece) => {
    if ('text' in piece) return piece.text;
    if ('approval' in piece) return `${piece.approval.id}? ${piece.approval.decision?.outcome ?? '…'}`;
    const { calls } = piece;
    return calls
      .map((call) => {
        const going = waitsForApprover(shown, calls, call) ? 'waits' : (call.progress ?? '…');
        return `[${call.id} ${call.result?.outcome ?? going}]`;
      })
      .join('');
  });
  return words.join(' | ');
}

describe('durable events', () => {
  it('of what holdfast itself put in are not shown as something that somebody said', () => {
    const report = { ...message(3, 2), internal: { kind: 'task' as const } };
    const chat = play([message(1, 1), reply(2, 1, 'started', 'm1'), report, reply(4, 2, 'done', 'm3')]);
    expect(drawn(chat)).toEqual(['m1 confirmed', 'answered: started', 'answered: done']);
    expect(chat.seq).toBe(4);
  });

  const turn = [
    message(1, 1),
    step(2, 1, 'One moment.', 'a', 'b'),
    tool(3, 1, 'b'),
    tool(4, 1, 'a'),
    step(5, 1, 'Done.'),
    reply(6, 1, 'One moment.\n\nDone.', 'm1'),
  ];

  it('make one bubble a turn, its steps in their places', () => {
    expect(drawn(play(turn.slice(0, 3)))).toEqual(['m1 confirmed', 'running: One moment. | [a …][b ok]']);
    expect(drawn(play(turn))).toEqual(['m1 confirmed', 'answered: One moment. | [a ok][b ok] | Done.']);
  });

  it('keep the buttons and files of a reply, and name what came with a message', () => {
    const buttons = [{ label: 'Yes', value: 'y' }];
    const files = [{ name: 'a.txt', mediaType: 'text/plain', url: 'data:,a' }];
    const came = {
      ...message(1, 1, 'm1', 'look'),
      attachments: [{ kind: 'image', name: 'a.png' }],
    } as ChatEvent;
    const [asked, answered] = play([
      came,
      { ...reply(2, 1, 'Sure?', 'm1'), buttons, files } as ChatEvent,
    ]).items;
    expect(asked).toMatchObject({ text: 'look\n[image a.png]' });
    expect(answered).toMatchObject({ end: { text: 'Sure?', buttons, files } });
  });

  it('show what holdfast put there as that, and what it says by itself as its own words alone', () => {
    const scheduled = {
      ...message(1, 1, 's1', 'stretch'),
      sender: { id: '7', name: 'Ada' },
      internal: { kind: 'schedule' },
    };
    const notice = { ...message(3, 1, 'n1', 'drink'), internal: { kind: 'notice' } };
    const chat = play([
      scheduled as ChatEvent,
      reply(2, 1, 'Stretched.', 's1'),
      notice as ChatEvent,
      command(4, '⏰ drink', 'n1'),
    ]);
    expect(chat.items[0]).toMatchObject({ text: '⏰ stretch', sender: 'schedule' });
    expect(drawn(chat)).toEqual(['s1 confirmed', 'answered: Stretched.', 'command: ⏰ drink']);
  });

  it('count once, however often they come', () => {
    const once = play(turn);
    expect(play(turn, once)).toEqual(once);
    expect(drawn(play(turn.flatMap((event) => [event, event])))).toEqual(drawn(once));
    expect(once.seq).toBe(6);
  });

  it('that end a turn with more than its steps said show only what is new below', () => {
    const failed = play([...turn.slice(0, 4), reply(5, 1, 'One moment.\n\nSorry, that failed.')]);
    expect(drawn(failed).at(-1)).toBe('answered: One moment. | [a ok][b ok] | Sorry, that failed.');
  });

  it('that end a turn with other words than its steps show those words', () => {
    const other = play([...turn.slice(0, 4), reply(5, 1, 'Something else.')]);
    expect(drawn(other).at(-1)).toBe('answered: [a ok][b ok] | Something else.');
  });

  it('put a message that a running turn has read above its bubble', () => {
    const steered = play([...turn.slice(0, 4), message(5, 1), step(6, 1, 'Both.')]);
    expect(drawn(steered)).toEqual([
      'm1 confirmed',
      'm5 confirmed',
      'running: One moment. | [a ok][b ok] | Both.',
    ]);
  });

  it('answer a command right below it, beside the turn that is running', () => {
    const asked = play([
      ...turn.slice(0, 2),
      message(3, 2, 'status', '/status'),
      command(4, 'Busy.', 'status'),
    ]);
    expect(drawn(asked).slice(2)).toEqual(['status confirmed', 'command: Busy.']);
    expect(drawn(play([tool(5, 1, 'a'), reply(6, 1, 'One moment.')], asked))[1]).toBe(
      'answered: One moment. | [a ok][b …]',
    );
  });

  it('draw a line below /new', () => {
    const afresh = play([
      ...turn,
      message(7, 1, 'new', '/new'),
      command(8, 'Forgotten.', 'new'),
      message(9, 2),
    ]);
    expect(drawn(afresh).slice(2)).toEqual(['new confirmed', 'command: Forgotten.', '---', 'm9 confirmed']);
  });
});

describe('requests for approval', () => {
  const asking = [message(1, 1), step(2, 1, 'May I?', 'a'), approval(3, 1, 'r1')];

  it('stand below their call, which waits', () => {
    expect(drawn(play(asking)).at(-1)).toBe('running: May I? | [a waits] | r1? …');
  });

  it('tell the decision, by whom and how far, once, and the call runs', () => {
    const decided = play([...asking, decision(4, 1, 'r1', { reach: 'always', by: 'Ada' })]);
    expect(drawn(decided).at(-1)).toBe('running: May I? | [a …] | r1? approved');
    expect(decided.items.at(-1)).toMatchObject({
      approvals: [{ id: 'r1', decision: { outcome: 'approved', reach: 'always', by: 'Ada' } }],
    });
    expect(play([...asking, decision(4, 1, 'r1', { outcome: 'denied' })], decided)).toEqual(decided);
    const answered = [tool(5, 1, 'a'), step(6, 1, 'Done.'), reply(7, 1, 'May I?\n\nDone.', 'm1')];
    expect(drawn(play(answered, decided)).at(-1)).toBe('answered: May I? | [a ok] | r1? approved | Done.');
  });

  it('are each decided by themselves, below the step that asked', () => {
    const two = play([message(1, 1), step(2, 1, '', 'a', 'b'), approval(3, 1, 'r1'), approval(4, 1, 'r2')]);
    expect(drawn(two).at(-1)).toBe('running: [a waits][b waits] | r1? … | r2? …');
    const denied = play([decision(5, 1, 'r2', { outcome: 'denied' }), tool(6, 1, 'b')], two);
    expect(drawn(denied).at(-1)).toBe('running: [a waits][b ok] | r1? … | r2? denied');
    const next = play([step(7, 1, 'Now', 'c'), approval(8, 1, 'r3')], denied);
    expect(drawn(next).at(-1)).toContain('r2? denied | Now | [c waits] | r3? …');
  });

  it('do not make a call wait that may be the one that runs', () => {
    const one = play([message(1, 1), step(2, 1, '', 'a', 'b'), approval(3, 1, 'r1'), approval(4, 1, 'r2')]);
    expect(drawn(play([decision(5, 1, 'r1')], one)).at(-1)).toBe(
      'running: [a …][b …] | r1? approved | r2? …',
    );
  });

  it('of a task come when its turn has ended, too, and make no call of the turn wait', () => {
    const ended = [step(2, 1, 'Begun.', 'a'), tool(3, 1, 'a'), reply(4, 1, 'Begun.', 'm1')];
    const ofTask = { ...approval(5, 1, 'r1'), task: 't1' } as ChatEvent;
    const asked = play([message(1, 1), ...ended, ofTask]);
    expect(drawn(asked).at(-1)).toBe('answered: Begun. | [a ok] | r1? …');
    expect(drawn(play([decision(6, 1, 'r1')], asked)).at(-1)).toBe(
      'answered: Begun. | [a ok] | r1? approved',
    );
    expect(drawn(play([message(1, 1), ofTask])).at(-1)).toBe('running: r1? …');
    const running = play([message(1, 1), step(2, 1, '', 'a'), ofTask]);
    expect(drawn(running).at(-1)).toBe('running: [a …] | r1? …');
  });

  it('that are not here any more are decided without a word', () => {
    expect(drawn(play([message(1, 1), decision(2, 1, 'gone')]))).toEqual(['m1 confirmed']);
  });

  it('stay where the turn ends with other words', () => {
    const stopped = play([
      ...asking,
      decision(4, 1, 'r1', { outcome: 'cancelled' }),
      reply(5, 1, 'Stopped.'),
    ]);
    expect(drawn(stopped).at(-1)).toBe('answered: [a …] | r1? cancelled | Stopped.');
  });
});

describe('deltas', () => {
  const shown = (...events: ChatEvent[]) => drawn(play([message(1, 1), ...events])).at(-1);

  it('grow one text', () => {
    expect(shown(delta('Hel', 0), delta('lo', 3))).toBe('running: Hello');
  });

  it('that come twice or overlap change nothing', () => {
    expect(shown(delta('Hel', 0), delta('Hel', 0), delta('ello', 1), delta('lo', 3))).toBe('running: Hello');
  });

  it('after a gap wait for the finished step', () => {
    const gap = [delta('Hel', 0), delta(' world', 5), delta('!', 11)];
    expect(shown(...gap)).toBe('running: Hel');
    expect(shown(...gap, step(2, 1, 'Hello world!'))).toBe('running: Hello world!');
  });

  it('of a new attempt replace the text without emptying it', () => {
    const killed = [delta('The answer is', 0), delta('The ans', 0, { attempt: 2 })];
    expect(shown(...killed)).toBe('running: The answer is');
    expect(shown(...killed, delta('wer was 42', 7, { attempt: 2 }))).toBe('running: The answer was 42');
    expect(shown(...killed, delta('The next', 0, { attempt: 3 }))).toBe('running: The answer is');
  });

  it('of an attempt that was given up are ignored', () => {
    expect(shown(delta('New', 0, { attempt: 2 }), delta('Old text', 0))).toBe('running: New');
  });

  it('of a finished step or turn are ignored', () => {
    expect(shown(step(2, 1, 'Hello'), delta('Hel', 0))).toBe('running: Hello');
    expect(shown(reply(2, 1, 'Hello'), delta('more', 0, { step: 2 }))).toBe('answered: Hello');
  });

  it('that run ahead of the finished step before them are ignored', () => {
    const ahead = [delta('One', 0), delta('Two', 0, { step: 2 })];
    expect(shown(...ahead)).toBe('running: One');
    const finished = [...ahead, step(2, 1, 'One.', 'a')];
    expect(shown(...finished)).toBe('running: One. | [a …]');
    expect(shown(...finished, delta('Two', 0, { step: 2 }))).toBe('running: One. | [a …] | Two');
  });
});

it('progress is shown in its tool call until that has a result', () => {
  const running = play([
    message(1, 1),
    step(2, 1, '', 'a'),
    { type: 'progress', turn: 1, callId: 'a', text: '3 of 9' },
  ]);
  expect(drawn(running).at(-1)).toBe('running: [a 3 of 9]');
  expect(drawn(play([tool(3, 1, 'a')], running)).at(-1)).toBe('running: [a ok]');
});

describe('own messages', () => {
  const sent = play([{ type: 'send', id: 'mine', text: 'hi' }]);

  it('are shown at once and confirmed in the same bubble', () => {
    expect(drawn(sent)).toEqual(['mine sending']);
    const accepted = play([{ type: 'sending', id: 'mine', sending: 'accepted' }], sent);
    expect(drawn(accepted)).toEqual(['mine accepted']);
    expect(drawn(play([message(1, 1, 'mine')], accepted))).toEqual(['mine confirmed']);
  });

  it('stay confirmed when the acceptance comes after the event', () => {
    const late: ChatEvent = { type: 'sending', id: 'mine', sending: 'accepted' };
    expect(drawn(play([message(1, 1, 'mine'), late], sent))).toEqual(['mine confirmed']);
  });

  it('stay below the running turn until it is their turn', () => {
    const waiting = play([message(1, 1), delta('Hel', 0), { type: 'send', id: 'mine', text: 'hi' }]);
    expect(drawn(waiting)).toEqual(['m1 confirmed', 'running: Hel', 'mine sending']);
    const next = play([reply(2, 1, 'Hello', 'm1'), message(3, 2, 'mine')], waiting);
    expect(drawn(next)).toEqual(['m1 confirmed', 'answered: Hello', 'mine confirmed']);
  });

  it('stand above a reply that begins before they are confirmed', () => {
    const early = play([delta('Hel', 0)], sent);
    expect(drawn(early)).toEqual(['mine sending', 'running: Hel']);
    expect(drawn(play([message(1, 1, 'mine')], early))).toEqual(['mine confirmed', 'running: Hel']);
  });

  it('that were refused can be taken back', () => {
    const refused = play([{ type: 'sending', id: 'mine', sending: 'refused', note: 'too long' }], sent);
    expect(refused.outbox[0]).toMatchObject({ sending: 'refused', note: 'too long' });
    expect(drawn(play([{ type: 'discard', id: 'mine' }], refused))).toEqual([]);
  });
});
