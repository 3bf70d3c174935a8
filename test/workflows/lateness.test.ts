import { describe, expect, it } from 'vitest';
import type { Due, Internal } from '../../contract/message.ts';
import { DEFAULT_SETTINGS } from '../../contract/settings.ts';
import { Inbox } from '../../workflows/inbox.ts';
import { withLateness } from '../../workflows/schedules/lateness.ts';

const NINE = Date.parse('2026-11-26T08:00:00Z');
const minutes = (count: number) => NINE + count * 60_000;
const due = (more: Partial<Due> = {}): Due => ({ id: 's1', dueAt: NINE, when: 'nine', ...more });
const late = (internal: Internal, arrived: number, now: number) => {
  const told = withLateness(internal, arrived, now);
  return told.kind === 'notice' ? told.due?.late : told.kind === 'schedule' ? told.late : 'no schedule';
};

describe('how late something is told', () => {
  it.each<[string, Due, number, number, string | undefined]>([
    ['in time', due(), NINE + 200, NINE + 300, undefined],
    ['within two minutes', due(), NINE, minutes(2), undefined],
    ['it came late', due(), minutes(40), minutes(40), 'due nine; late because I was down'],
    ['it came in time and had to wait', due(), NINE + 200, minutes(5), 'due nine; late because I was busy'],
    [
      'it was due several times',
      due({ dueAt: minutes(3), when: 'three past', several: { times: 4, since: NINE, sinceWhen: 'nine' } }),
      minutes(3.5),
      minutes(3.5),
      'due 4 times since nine, the last time three past; told once, late because I was down',
    ],
    [
      'it was due several times a moment ago',
      due({ dueAt: minutes(1), when: 'one past', several: { times: 2, since: NINE, sinceWhen: 'nine' } }),
      minutes(1.5),
      minutes(1.5),
      'due 2 times since nine, the last time one past; told once',
    ],
  ])('%s', (_, what, arrived, now, words) => {
    expect(late({ kind: 'notice', due: what }, arrived, now)).toBe(words);
    expect(late({ kind: 'schedule', ...what }, arrived, now)).toBe(words);
  });

  it('is no matter of what else holdfast says', () => {
    expect(withLateness({ kind: 'notice' }, NINE, minutes(60))).toEqual({ kind: 'notice' });
    expect(withLateness({ kind: 'task', id: 't' }, NINE, minutes(60))).toEqual({ kind: 'task', id: 't' });
  });
});

describe('what is due again while it waits', () => {
  const put = (inbox: Inbox, id: string, internal: Internal, at: number) =>
    inbox.receive({ id, text: 'say it', internal }, DEFAULT_SETTINGS, at);
  const again = (minute: number, id = 's1'): Due => ({ id, dueAt: minutes(minute), when: `${minute} past` });

  it('is told with the first, in its place, as one', () => {
    const inbox = new Inbox([], [], () => 'passes');
    put(inbox, 'a', { kind: 'schedule', ...again(0) }, minutes(0));
    inbox.receive({ id: 'b', text: 'hello' }, DEFAULT_SETTINGS, minutes(0));
    put(inbox, 'c', { kind: 'schedule', ...again(1) }, minutes(1));
    const several = { times: 3, since: minutes(2), sinceWhen: '2 past' };
    put(inbox, 'd', { kind: 'schedule', ...again(4), several }, minutes(5));
    inbox.takeIn();
    expect(inbox.waiting).toBe(2);
    const [first] = inbox.takeNext();
    expect(first).toMatchObject({ at: minutes(0), message: { id: 'a', text: 'say it' } });
    expect(first?.message.internal).toEqual({
      kind: 'schedule',
      ...again(4),
      several: { times: 5, since: minutes(0), sinceWhen: '0 past' },
    });
    for (const id of ['a', 'c', 'd']) expect(inbox.hasSeen(id)).toBe(true);
  });

  it('is not mixed with another schedule, nor with what was taken already', () => {
    const inbox = new Inbox([], [], () => 'passes');
    put(inbox, 'a', { kind: 'notice', due: again(0) }, minutes(0));
    inbox.takeNext();
    put(inbox, 'b', { kind: 'notice', due: again(1) }, minutes(1));
    put(inbox, 'c', { kind: 'notice', due: again(1, 's2') }, minutes(1));
    put(inbox, 'd', { kind: 'notice' }, minutes(1));
    put(inbox, 'e', { kind: 'notice' }, minutes(1));
    put(inbox, 'f', { kind: 'notice', due: again(2, 's2') }, minutes(2));
    inbox.takeIn();
    expect(inbox.waiting).toBe(4);
    expect(inbox.carried().inbox.map(({ message }) => message.internal)).toMatchObject([
      { due: again(1) },
      { due: { ...again(2, 's2'), several: { times: 2 } } },
      { kind: 'notice' },
      { kind: 'notice' },
    ]);
  });
});
