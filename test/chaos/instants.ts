import { setTimeout as sleep } from 'node:timers/promises';
import type { LedgerLine } from '../fakes/ledger.ts';
import type { Slot } from '../support/slot.ts';
import type { Battlefield } from './battlefield.ts';
import type { Person } from './person.ts';
import { processOf } from './process-of.ts';
import type { Random } from './random.ts';
import { effectOf } from './tools.ts';
import type { Deed } from './traffic.ts';

/** Which of Temporal's servers is stormed. */
export type ServerKind = 'development' | 'cluster';

/** How long a named instant is waited for. */
const WAIT_MS = 6_000;

export interface Scenery {
  field: Battlefield;
  people: Person[];
  random: Random;
}

/** A fault at a moment: does it, and says which processes were SIGKILLed; undefined if the moment did not come. */
export interface Instant {
  /** Names it in the report, and for `--instant`. */
  name: string;
  weight: number;
  /** The server on which alone there is such a thing. */
  only?: ServerKind;
  strike(scenery: Scenery): Promise<string[] | undefined>;
}

/**
 * What takes everything down is rare, and gateways die most often: they are soon back, so there is time for turns to be in work when the
 * next one strikes.
 * Workers die less often than a turn takes: one that loses eight in a row is given up, honestly.
 */
const INSTANTS: Instant[] = [
  {
    name: 'a worker, at any time',
    weight: 4,
    strike: ({ field, random }) => kill([pickOf(field.workers, random)]),
  },
  {
    name: 'a gateway, at any time',
    weight: 32,
    strike: ({ field, random }) => kill([pickOf(field.gateways, random)]),
  },
  { name: 'Temporal itself', weight: 1.5, strike: ({ field }) => kill(field.temporal) },
  {
    name: 'a history host of Temporal',
    weight: 2,
    only: 'cluster',
    strike: ({ field, random }) => kill([pickOf(field.histories, random)]),
  },
  { name: 'all of it at once', weight: 0.7, strike: ({ field }) => kill(field.slots) },
  {
    name: 'all of it at once, again and again',
    weight: 0.3,
    async strike({ field, random }) {
      const victims: string[] = [];
      for (let time = 0; time < 3; time += 1) {
        victims.push(...(await kill(field.slots)));
        await sleep(random.between(500, 2_500));
      }
      return victims;
    },
  },
  {
    name: 'every worker, messages queued and in work',
    weight: 0.5,
    strike: ({ field }) => kill(field.workers),
  },
  {
    name: 'gateway, before Temporal stored the message',
    weight: 8,
    strike: (scenery) => atGateway(scenery, 'requests'),
  },
  {
    name: 'gateway, after it was stored, before the 200',
    weight: 8,
    strike: (scenery) => atGateway(scenery, 'answers'),
  },
  { name: 'model call running', weight: 2, strike: (scenery) => whenDone(scenery, 'model call', 300) },
  { name: 'reply being sent or streamed', weight: 2.5, strike: (scenery) => whenDone(scenery, 'send', 20) },
  ...(['read', 'idempotent', 'once'] as const).map((effect) => ({
    name: `tool running: ${effect}`,
    weight: 1.3,
    strike: (scenery: Scenery) =>
      whenWritten(scenery, 400, ({ tool, phase }) => phase === 'begin' && effectOf(tool) === effect),
  })),
  {
    name: 'between two tools',
    weight: 1.3,
    strike: (scenery) => {
      const followed = new Set(
        scenery.people.flatMap(({ open }) =>
          open.filter(({ kind }) => kind === 'two tools').map(({ token }) => `${token}.pay`),
        ),
      );
      return whenWritten(scenery, 0, ({ tag, phase }) => phase === 'end' && followed.has(tag ?? ''));
    },
  },
  {
    name: 'sub-agent in the middle of a tool',
    weight: 1.3,
    strike: (scenery) =>
      whenWritten(scenery, 400, ({ tag, phase }) => phase === 'begin' && tag?.includes('+') === true),
  },
  {
    name: 'approval pending',
    weight: 1,
    async strike({ field, people }) {
      const asks = () => people.some(({ place }) => place.asked?.() !== undefined);
      return (await within(asks)) ? kill([...field.workers, ...field.temporal]) : undefined;
    },
  },
  { name: 'reminder due while everything is down', weight: 0.6, strike: whileDown },
  {
    name: 'a worker stopped (SIGSTOP) until it was given up, and let go on',
    weight: 1.5,
    strike: ({ field, random }) => pause([pickOf(field.workers, random)], random.between(5_000, 9_000)),
  },
  {
    name: 'a gateway stopped (SIGSTOP), and let go on',
    weight: 1.5,
    strike: ({ field, random }) => pause([pickOf(field.gateways, random)], random.between(1_000, 8_000)),
  },
  {
    name: 'Temporal stopped (SIGSTOP), and let go on',
    weight: 1.5,
    strike: ({ field, random }) => pause(field.temporal, random.between(500, 5_000)),
  },
  {
    name: 'connections to Temporal cut',
    weight: 3,
    async strike({ field, random }) {
      (random.chance(0.5) ? field.ways.gateway : field.ways.worker).heal();
      return [];
    },
  },
  {
    name: 'a platform that acts and does not answer, cuts the line, or fails',
    weight: 5,
    async strike({ field, random }) {
      const platform = pickOf(field.platforms, random);
      platform.disturb(random.pick(['hold', 'cut', 'fail']));
      await sleep(random.between(500, 4_000));
      platform.heal();
      return [];
    },
  },
];

/** The faults that there are on this server. */
export function instantsOn(server: ServerKind): Instant[] {
  return INSTANTS.filter(({ only = server }) => only === server);
}

function pickOf<T>(values: readonly T[], random: Random): T {
  return random.pick(values as unknown as readonly [T, ...T[]]);
}

async function kill(slots: readonly Slot[]): Promise<string[]> {
  const killed = await Promise.all(slots.map(async (slot) => ((await slot.kill()) ? [slot.name] : [])));
  return killed.flat();
}

async function pause(slots: readonly Slot[], ms: number): Promise<string[]> {
  await Promise.all(slots.map((slot) => slot.pause(ms)));
  return [];
}

/** What the last gateway asks of Temporal, or what it is answered, is lost; then it is killed. */
async function atGateway({ field }: Scenery, held: 'requests' | 'answers'): Promise<string[] | undefined> {
  const { gateway: way } = field.ways;
  way.hold(held);
  try {
    const came = await within(() => (held === 'requests' ? way.heldBytes : way.heldAnswerBytes) > 0);
    // A request is told of in several packets.
    await sleep(10);
    return came ? await kill(field.gateways.slice(-1)) : undefined;
  } finally {
    way.heal();
  }
}

async function whenDone(
  { field, random }: Scenery,
  deed: Deed,
  laterMs: number,
): Promise<string[] | undefined> {
  const port = await field.traffic.next(deed, WAIT_MS);
  if (port === undefined) return undefined;
  const pids = field.workers.map(({ child }) => child.pid);
  const pid = processOf(port, pids);
  await sleep(random.between(0, laterMs));
  return killPid(field, pid);
}

async function whenWritten(
  { field, random }: Scenery,
  laterMs: number,
  fits: (line: LedgerLine) => boolean,
): Promise<string[] | undefined> {
  const line = await field.ledger.next(fits, WAIT_MS);
  if (!line) return undefined;
  await sleep(random.between(0, laterMs));
  return killPid(field, line.pid);
}

/** Where it cannot be told who did it, all workers are killed. */
function killPid({ workers }: Battlefield, pid: number | undefined): Promise<string[]> {
  return kill(pid === undefined ? workers : workers.filter(({ child }) => child.pid === pid));
}

/** All is down from shortly before a reminder is due until shortly after. */
async function whileDown({ field, people }: Scenery): Promise<string[] | undefined> {
  const now = Date.now();
  const dueIn = people
    .flatMap(({ open }) =>
      open.flatMap(({ at, dueInMs }) => (dueInMs === undefined ? [] : [at + dueInMs - now])),
    )
    .filter((ms) => ms > 1_500 && ms < 12_000)
    .toSorted((one, other) => one - other)[0];
  if (dueIn === undefined) return undefined;
  await sleep(dueIn - 1_000);
  for (const slot of field.slots) slot.hold();
  const victims = await kill(field.slots);
  await sleep(2_500);
  for (const slot of field.slots) slot.release();
  return victims;
}

async function within(is: () => boolean): Promise<boolean> {
  for (const end = Date.now() + WAIT_MS; Date.now() < end; await sleep(5)) if (is()) return true;
  return false;
}
