import { randomUUID } from 'node:crypto';
import type { Field } from '../field.ts';
import type { System } from '../system.ts';
import { median, quantile, type Reading } from './reading.ts';
import { turn } from './turn.ts';

const WARM_UP = 20;
const TURNS = 60;

/** One conversation, turn after turn, with a model that is instant: what a turn takes without the model is what the system adds. */
export async function latency({ world, systems, turns }: Field): Promise<Reading[]> {
  const warmUp = Math.min(WARM_UP, turns);
  const count = warmUp + Math.min(TURNS, turns);
  const talk = async (system: System, text?: string) => {
    const conversation = `latency-${randomUUID()}`;
    const times = [];
    for (let number = 0; number < count; number += 1)
      times.push(await turn(world, system, conversation, text));
    return times.slice(warmUp).map((one) => one.replied - one.model);
  };
  const readings: Reading[] = [];
  for (const system of systems) {
    const taken = await talk(system);
    const ordinary = system.ordinary === undefined ? taken : await talk(system, system.ordinary);
    const of = { system: system.name, unit: 'ms' } as const;
    readings.push(
      { ...of, figure: 'turn, one after the other', value: median(taken) },
      { ...of, figure: 'turn, one after the other, 95 of 100', value: quantile(taken, 0.95) },
      { ...of, figure: 'turn whose tool does not say it is short', value: median(ordinary) },
    );
  }
  return readings;
}
