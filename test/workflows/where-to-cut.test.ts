import { describe, expect, it } from 'vitest';
import { bytesOf } from '../../contract/size.ts';
import { type Entry, toolCallsOf } from '../../contract/transcript.ts';
import { whereToCut } from '../../workflows/context/where-to-cut.ts';

/** Numbers from 0 to below `most`, the same for the same seed. */
function numbers(seed: number): (most: number) => number {
  let state = seed;
  return (most) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * most);
  };
}

/** A transcript of turns with steps of parallel calls, whose results come in any order, and messages in between. */
function transcript(seed: number): Entry[] {
  const random = numbers(seed);
  const entries: Entry[] = [];
  const size = () => 10 ** random(4);
  const add = (entry: object) => entries.push({ seq: entries.length + 1, ...entry } as Entry);
  for (let turn = 1; turn <= 1 + random(6); turn += 1) {
    const speak = () =>
      add({ kind: 'user', turn, id: `e${entries.length}`, text: 'u'.repeat(size()), at: 0 });
    speak();
    for (let step = 1; step <= random(5); step += 1) {
      const ids = Array.from({ length: 1 + random(3) }, (_, index) => `t${turn}s${step}c${index}`);
      const calls = ids.map((id) => ({ type: 'tool-call', toolCallId: id, toolName: 'look', input: {} }));
      add({ kind: 'assistant', turn, content: calls });
      for (const callId of ids.toSorted(() => random(3) - 1))
        add({ kind: 'tool', turn, callId, name: 'look', output: 'o'.repeat(size()), outcome: 'ok' });
      if (random(3) === 0) speak();
    }
    add({ kind: 'assistant', turn, content: [{ type: 'text', text: 'a'.repeat(size()) }] });
    add({ kind: 'reply', turn, status: 'answered', text: '', answers: [], at: 0 });
  }
  return entries;
}

const SEEDS = Array.from({ length: 2_000 }, (_, index) => index + 1);

describe('where a summary of the older part ends', () => {
  const cuts = SEEDS.map((seed) => {
    const entries = transcript(seed);
    const at = whereToCut(entries);
    return { seed, entries, older: entries.slice(0, at), newer: entries.slice(at) };
  });

  it('separates no call from its result', () => {
    for (const { seed, older, newer } of cuts) {
      const callsIn = (part: Entry[]) =>
        part.flatMap((entry) => (entry.kind === 'assistant' ? toolCallsOf(entry.content) : []));
      const resultsIn = (part: Entry[]) =>
        part.flatMap((entry) => (entry.kind === 'tool' ? [entry.callId] : [])).toSorted();
      const ids = (part: Entry[]) => callsIn(part).map(({ toolCallId }) => toolCallId);
      expect(resultsIn(older), `seed ${seed}`).toEqual(ids(older).toSorted());
      expect(resultsIn(newer), `seed ${seed}`).toEqual(ids(newer).toSorted());
    }
  });

  it('leaves a turn whole, or goes on with a step of it', () => {
    for (const { seed, older, newer } of cuts) {
      if (older.length === 0) continue;
      const whole = newer[0]?.turn !== older.at(-1)?.turn;
      const betweenSteps = older.at(-1)?.kind === 'tool' && newer[0]?.kind !== 'reply';
      expect(whole || betweenSteps, `seed ${seed}`).toBe(true);
      expect(newer.length).toBeGreaterThan(0);
    }
  });

  it('lets the last two turns stay as they are, unless they are most of it all', () => {
    let found = 0;
    for (const { seed, entries, newer } of cuts) {
      const newest = entries.at(-1)?.turn ?? 0;
      const last = entries.filter(({ turn }) => turn > newest - 2);
      if (last.length === entries.length || bytesOf(last) > 0.6 * bytesOf(entries)) continue;
      found += 1;
      expect(newer, `seed ${seed}`).toEqual(expect.arrayContaining(last));
    }
    expect(found).toBeGreaterThan(100);
  });

  it('makes room wherever there is more than one step or turn', () => {
    for (const { seed, entries, older } of cuts) {
      const turns = new Set(entries.map(({ turn }) => turn)).size;
      const steps = entries.filter(({ kind }) => kind === 'assistant').length;
      expect(older.length > 0, `seed ${seed}`).toBe(turns > 1 || steps > 1);
    }
  });
});
