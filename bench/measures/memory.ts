import { setTimeout as sleep } from 'node:timers/promises';
import pMap from 'p-map';
import type { Field } from '../field.ts';
import { collectGarbage } from './collect-garbage.ts';
import { HAS_PROC } from './family.ts';
import { median, type Reading } from './reading.ts';
import { residentBytes } from './resident.ts';
import { turn } from './turn.ts';

const AT_ONCE = 20;
/** Turns in each of as many conversations, after which the code is compiled. */
const WARM_UP = 100;
/** Conversations that all fit into the worker's cache. */
const CACHED = 300;
export const IDLE = 10_000;
/**
 * Temporal keeps a conversation for half a minute after it was read. Go, in which it is written, collects garbage each two minutes at least,
 * and gives back by how much there was at the collection before.
 */
const REST_MS = 300_000;
/** The second time takes what only hung on garbage of another thread. */
const COLLECTIONS = 2;
/** Conversations that are spoken to again. */
const AGAIN = 20;

/**
 * Resident memory of each process of a fresh holdfast that has worked and rests, and what conversations add to it that had one turn
 * each: the first of them, and all of them. All processes collect their garbage first, of which they keep as much as they like; once, with
 * all of them, memory is also read as it is. Then a turn of some that have been idle for longest.
 */
export async function memory({ world, fresh, idle, turns }: Field): Promise<Reading[]> {
  if (!HAS_PROC) return [];
  const holdfast = await fresh();
  try {
    const { gateways, workers } = holdfast.stack;
    const roles = Object.entries(holdfast.processes());
    const resident = () => Promise.all(roles.map(([, pids]) => residentBytes(pids)));
    const collected = async () => {
      if (turns >= WARM_UP) await sleep(REST_MS);
      for (let time = 0; time < COLLECTIONS; time += 1)
        for (const child of [...gateways, ...workers]) await collectGarbage(child);
      return resident();
    };
    /** So many turns in each of these conversations, several of which talk at once. */
    const talk = async (conversations: readonly string[], count: number) => {
      const converse = async (conversation: string) => {
        for (let done = 0; done < count; done += 1) await turn(world, holdfast, conversation);
      };
      await pMap(conversations, converse, { concurrency: AT_ONCE });
    };
    const named = (name: string, count: number) =>
      Array.from({ length: count }, (_, number) => `${name}-${number}`);
    const idlers = named('idle', idle);
    const cached = idlers.slice(0, CACHED);

    await talk(named('warm-up', AT_ONCE), Math.min(WARM_UP, turns));
    const before = await collected();
    await talk(cached, 1);
    const withCached = await collected();
    await talk(idlers.slice(CACHED), 1);
    const asItIs = await resident();
    const added = (await collected()).map((bytes, index) => bytes - (before[index] ?? Number.NaN));
    const again: number[] = [];
    for (const conversation of idlers.slice(0, Math.min(AGAIN, turns))) {
      const { replied, model } = await turn(world, holdfast, conversation);
      again.push(replied - model);
    }

    const { name: system } = holdfast;
    const each = (figure: string, unit: 'MB' | 'kB', values: readonly number[]): Reading[] =>
      roles.map(([role], index) => ({
        figure: `${figure}: ${role}`,
        system,
        unit,
        value: (values[index] ?? Number.NaN) / (unit === 'MB' ? 1e6 : 1e3),
        mayBeZero: true,
      }));
    const ofOne = withCached.map((bytes, index) => (bytes - (before[index] ?? Number.NaN)) / cached.length);
    return [
      ...each('memory', 'MB', before),
      ...each('memory of a cached conversation', 'kB', ofOne),
      ...each('memory that 10,000 idle conversations add', 'MB', added),
      {
        figure: 'memory that 10,000 idle conversations add, at most',
        system,
        unit: 'MB',
        value: Math.max(...added) / 1e6,
        mayBeZero: true,
      },
      ...each('memory with them, garbage and all', 'MB', asItIs),
      { figure: 'turn of a conversation that was idle', system, unit: 'ms', value: median(again) },
    ];
  } finally {
    await holdfast.close();
  }
}
