import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Field } from '../field.ts';
import { cpuMs } from './cpu.ts';
import { HAS_PROC } from './family.ts';
import { lineThrough } from './line.ts';
import type { Reading } from './reading.ts';
import { turn } from './turn.ts';

/** Turns a second that are offered: some for the fit, the first of them rest, and one to check it by. */
const REST = 0;
const FITTED = [REST, 4, 8, 16];
const HELD_BACK = 12;
const SECONDS = 15;
/** The last answer comes this many seconds after its message at the most; else more waits than is done. */
const LATEST_S = 3;
/** Conversations for each turn a second: none has a message while it answers one. */
const CONVERSATIONS = 4;

/**
 * What a turn costs each process, by the CPU time at several rates of messages, and what all cost at rest. A rate that has no part in
 * the fit says how far it can be trusted.
 */
export async function capacity(field: Field): Promise<Reading[]> {
  if (!HAS_PROC) return [];
  await at(field, Math.max(...FITTED), 3);
  const seen = new Map<number, Record<string, number>>();
  for (const rate of [...FITTED, HELD_BACK]) seen.set(rate, await at(field, rate, SECONDS));
  const { name: system } = field.holdfast;
  const readings: Reading[] = [];
  let resting = 0;
  let predicted = 0;
  let measured = 0;
  for (const role of Object.keys(field.holdfast.processes())) {
    const used = (rate: number) => seen.get(rate)?.[role] ?? Number.NaN;
    const { atRest, each } = lineThrough(FITTED.map((rate) => [rate, used(rate)]));
    resting += used(REST);
    predicted += atRest + each * HELD_BACK;
    measured += used(HELD_BACK);
    readings.push({
      figure: `capacity, CPU of a turn: ${role}`,
      system,
      unit: 'ms',
      value: each,
      mayBeZero: true,
    });
  }
  return [
    ...readings,
    { figure: 'capacity, CPU of a second at rest', system, unit: 'ms', value: resting },
    {
      figure: `capacity, CPU at ${HELD_BACK} turns a second to what was predicted`,
      system,
      unit: 'times',
      value: measured / predicted,
    },
  ];
}

/** CPU time of each role in ms a second, while so many messages a second come for so long. */
async function at(
  { world, holdfast, turns: most }: Field,
  rate: number,
  seconds: number,
): Promise<Record<string, number>> {
  const run = randomUUID();
  const conversations = rate * CONVERSATIONS;
  const count = Math.min(Math.round(rate * seconds), most * conversations);
  const one = (number: number) => turn(world, holdfast, `capacity-${run}-${number % conversations}`);
  // Beginning a conversation costs more than going on.
  await Promise.all(Array.from({ length: conversations }, (_, number) => one(number)));
  await sleep(500);
  const roles = Object.entries(holdfast.processes());
  const before = await Promise.all(roles.map(([, pids]) => cpuMs(pids)));
  const began = performance.now();
  const said: Promise<unknown>[] = [];
  if (rate === REST) await sleep(Math.min(seconds, most) * 1_000);
  for (let number = 0; number < count; number += 1) {
    await sleep(Math.max(0, began + (number * 1_000) / rate - performance.now()));
    said.push(one(number));
  }
  await Promise.all(said);
  const spent = (performance.now() - began) / 1_000;
  if (spent > count / rate + LATEST_S)
    throw new Error(`${rate} turns a second are too many here: ${(count / spent).toFixed(1)} were answered`);
  const after = await Promise.all(roles.map(([, pids]) => cpuMs(pids)));
  return Object.fromEntries(
    roles.map(([role], index) => [role, ((after[index] ?? 0) - (before[index] ?? 0)) / spent]),
  );
}
