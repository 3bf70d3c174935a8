import { randomUUID } from 'node:crypto';
import type { Field } from '../field.ts';
import { median, quantile, type Reading } from './reading.ts';
import { turn } from './turn.ts';

const WARM_UP = 20;
const TURNS = 60;

/** One conversation, turn after turn, with a model that is instant: what a turn takes without the model is what the system adds. */
export async function latency({ world, systems, turns }: Field): Promise<Reading[]> {
  const warmUp = Math.min(WARM_UP, turns);
  const count = warmUp + Math.min(TURNS, turns);
  const readings: Reading[] = [];
  for (const system of systems) {
    const conversation = `latency-${randomUUID()}`;
    const times = [];
    for (let number = 0; number < count; number += 1) times.push(await turn(world, system, conversation));
    const replied = times.slice(warmUp).map((one) => one.replied - one.model);
    const of = { system: system.name, unit: 'ms' } as const;
    readings.push(
      { ...of, figure: 'turn, one after the other', value: median(replied) },
      { ...of, figure: 'turn, one after the other, 95 of 100', value: quantile(replied, 0.95) },
    );
  }
  return readings;
}
