import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { readRoutings } from '../../config/routing.ts';
import type { Work } from '../../contract/queues.ts';
import type { Field } from '../field.ts';
import type { Holdfast } from '../holdfast/holdfast.ts';
import type { World } from '../world.ts';
import { cpuMs } from './cpu.ts';
import { HAS_PROC } from './family.ts';
import { median, type Reading } from './reading.ts';

const TIMES = 5;
/** To ask more often would take the CPU that the worker needs. */
const ASK_EVERY_MS = 20;
const STARTS_WITHIN_MS = 60_000;

/**
 * A worker is started while a message waits and nobody else works: until it polls, and until the model says the first word of the answer.
 * In a holdfast of its own: after several kills, a worker looks at all conversations before it polls (docs/doctor.md), and here are few.
 */
export async function coldStart({ world, fresh, turns }: Field): Promise<Reading[]> {
  const holdfast = await fresh();
  try {
    return await timesOf(holdfast, world, Math.min(TIMES, turns));
  } finally {
    await holdfast.close();
  }
}

async function timesOf(holdfast: Holdfast, world: World, times: number): Promise<Reading[]> {
  const { stack } = holdfast;
  const polling: number[] = [];
  const progress: number[] = [];
  const cpu: number[] = [];
  for (let time = 0; time < times; time += 1) {
    await stack.killWorkers();
    const id = randomUUID();
    const replied = world.reply(id);
    await holdfast.send({ conversation: `cold-${id}`, id, text: `${id} slowly` });
    const spawned = performance.now();
    const pids = holdfast.runWorkers().map(({ pid }) => pid);
    const [polledAt, saidAt] = await Promise.all([
      moment('the worker polls', () => isPolled(stack.client, holdfast.work, pids)),
      moment('the model is asked', () => world.modelTimes(id) !== undefined).then(async () => {
        if (HAS_PROC) cpu.push((await cpuMs(pids)) / 1000);
        return world.modelTimes(id)?.firstWord ?? Number.NaN;
      }),
    ]);
    polling.push((polledAt - spawned) / 1000);
    progress.push((saidAt - spawned) / 1000);
    await replied;
  }
  const of = { system: holdfast.name, unit: 's' } as const;
  return [
    { ...of, figure: 'worker started → it polls', value: median(polling) },
    { ...of, figure: 'worker started → first progress on a waiting message', value: median(progress) },
    ...(HAS_PROC ? [{ ...of, figure: 'CPU of a worker, until its first progress', value: median(cpu) }] : []),
  ];
}

/** Resolves with the moment at which this became so. Throws if it does not. */
async function moment(what: string, isSo: () => boolean | Promise<boolean>): Promise<number> {
  const end = performance.now() + STARTS_WITHIN_MS;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`not within ${STARTS_WITHIN_MS / 1000} s: ${what}`);
    await sleep(ASK_EVERY_MS);
  }
  return performance.now();
}

/** Whether these processes have polled for all kinds of work: the pid begins the identity of a worker. */
async function isPolled(temporal: Client, work: readonly Work[], pids: readonly number[]): Promise<boolean> {
  const routings = await readRoutings(temporal, work);
  return routings.every(([, { workers }]) =>
    [...workers.values()].some((identities) =>
      [...identities].some((identity) => pids.some((pid) => identity.startsWith(`${pid}@`))),
    ),
  );
}
