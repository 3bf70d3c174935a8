import { randomUUID } from 'node:crypto';
import type { Field } from '../field.ts';
import type { System } from '../system.ts';
import type { World } from '../world.ts';
import { cpuMs } from './cpu.ts';
import { HAS_PROC } from './family.ts';
import type { Reading } from './reading.ts';
import { turn } from './turn.ts';

const CONVERSATIONS = 50;
const TURNS = 8;

/** Fifty conversations at once, and what a turn costs each process then. */
export async function throughput({ world, systems, turns }: Field): Promise<Reading[]> {
  const readings: Reading[] = [];
  for (const system of systems) readings.push(...(await one(world, system, Math.min(TURNS, turns))));
  return readings;
}

async function one(world: World, system: System, turnsEach: number): Promise<Reading[]> {
  const run = randomUUID();
  const talk = (turns: number) =>
    Promise.all(
      Array.from({ length: CONVERSATIONS }, async (_, number) => {
        for (let done = 0; done < turns; done += 1) await turn(world, system, `load-${run}-${number}`);
      }),
    );
  await talk(1);
  const roles = HAS_PROC ? Object.entries(system.processes()) : [];
  const before = await Promise.all(roles.map(([, pids]) => cpuMs(pids)));
  const began = performance.now();
  await talk(turnsEach);
  const seconds = (performance.now() - began) / 1000;
  const after = await Promise.all(roles.map(([, pids]) => cpuMs(pids)));
  const turns = CONVERSATIONS * turnsEach;
  return [
    { figure: 'turns at 50 conversations', system: system.name, unit: 'per second', value: turns / seconds },
    ...roles.map(([role], index) => ({
      figure: `CPU of a turn: ${role}`,
      system: system.name,
      unit: 'ms' as const,
      value: ((after[index] ?? Number.NaN) - (before[index] ?? Number.NaN)) / turns,
      mayBeZero: true as const,
    })),
  ];
}
