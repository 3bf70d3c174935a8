import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Field } from '../field.ts';
import { bareSignalWithStart } from '../peers/bare/signal-with-start.ts';
import type { System } from '../system.ts';
import { median, type Reading } from './reading.ts';
import { turn } from './turn.ts';

const WARM_UP = 20;
const TIMES = 100;
/** After a reply is seen, Temporal and the worker still have a little to write down. */
const TO_THE_END_MS = 100;
/** A client of Temporal that only signals with start. */
const CLIENT = 'signal-with-start';

/**
 * From a webhook to its acknowledgement, beside a bare signal-with-start by a client: they take turns, and the next one begins when
 * the turn is over, so that nothing else goes on.
 */
export async function acknowledgement({
  world,
  holdfast,
  systems,
  temporal,
  turns,
}: Field): Promise<Reading[]> {
  const warmUp = Math.min(WARM_UP, turns);
  const count = warmUp + Math.min(TIMES, turns);
  const ways: Pick<System, 'name' | 'send'>[] = [
    { name: CLIENT, send: (message) => bareSignalWithStart(temporal, message) },
    ...systems,
  ];
  const taken = new Map(ways.map(({ name }) => [name, [] as number[]]));
  const run = randomUUID();
  for (let time = 0; time < count; time += 1)
    for (const way of ways) {
      const { acknowledged } = await turn(world, way, `ack-${run}-${way.name}`, 'plain');
      taken.get(way.name)?.push(acknowledged);
      await sleep(TO_THE_END_MS);
    }
  const readings = [...taken].map(([system, times]) => ({
    figure: 'acknowledged',
    system,
    unit: 'ms' as const,
    value: median(times.slice(warmUp)),
  }));
  const valueOf = (name: string) => readings.find(({ system }) => system === name)?.value ?? Number.NaN;
  return [
    ...readings,
    // That client is another floor than the one that summaries put all figures beside.
    {
      figure: 'acknowledged, to a bare signal-with-start',
      system: holdfast.name,
      unit: 'times',
      value: valueOf(holdfast.name) / valueOf(CLIENT),
    },
  ];
}
