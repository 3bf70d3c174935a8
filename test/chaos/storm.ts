import { setTimeout as sleep } from 'node:timers/promises';
import type { LedgerLine } from '../fakes/ledger.ts';
import type { ConversationAnswer } from '../support/stack.ts';
import { type Battlefield, type BattlefieldOptions, openBattlefield } from './battlefield.ts';
import type { Instant, ServerKind } from './instants.ts';
import { type Strike, strikeUntil } from './killer.ts';
import { Person, type Spoken } from './person.ts';
import { Random } from './random.ts';

export interface StormOptions extends Omit<BattlefieldOptions, 'random'> {
  minutes: number;
  seed: number;
  conversations: number;
  /** After the last fault, all that is still open must come to its end within this. */
  settleMs: number;
  instants: readonly Instant[];
  /** Of what people write. */
  kinds: readonly string[];
}

/** What one conversation went through, as its people, its platform and holdfast itself have it. */
export interface Witnessed {
  conversation: string;
  spoken: Spoken[];
  shown: string[];
  answer: ConversationAnswer | undefined;
}

/** All that a checker needs. */
export interface Evidence {
  seed: number;
  server: ServerKind;
  strikes: Strike[];
  conversations: Witnessed[];
  ledger: LedgerLine[];
  /** Processes that ended without having been killed, with their last words. */
  crashes: string[];
  /** Deliveries that were not the first of their message. */
  repeats: number;
  /** Histories that were replayed, and why one did not. */
  replayed: number;
  replayFailure?: string;
}

/** A seeded storm over the real stack; returns what is to be judged. */
export async function storm(options: StormOptions): Promise<Evidence> {
  const random = new Random(options.seed);
  const field = await openBattlefield({ ...options, random: random.fork() });
  try {
    const people = Array.from({ length: options.conversations }, (_, number) => {
      const platform = field.platforms[number % field.platforms.length];
      if (!platform) throw new Error('no platform');
      const place = platform.place(Math.floor(number / field.platforms.length) + 1);
      return new Person(`c${number + 1}`, place, random.fork(), options.kinds);
    });
    const strikes = await rage(options, { field, people, random: random.fork() });
    options.say('The last fault is over; waiting for what is still open');
    const end = Date.now() + options.settleMs;
    await Promise.all(people.map((person) => person.settled(end - Date.now())));
    await idle(field, people, end);
    return await witness(options, field, people, strikes);
  } finally {
    await field.close();
  }
}

async function rage(
  { minutes, instants, say }: StormOptions,
  scenery: { field: Battlefield; people: Person[]; random: Random },
): Promise<Strike[]> {
  const { people } = scenery;
  const stop = AbortSignal.timeout(minutes * 60_000);
  const began = Date.now();
  const telling = setInterval(() => {
    const said = people.reduce((sum, { spoken }) => sum + spoken.length, 0);
    const open = people.reduce((sum, person) => sum + person.open.length, 0);
    say(`${Math.round((Date.now() - began) / 1000)} s: ${said} messages, ${open} of them open`);
  }, 15_000);
  try {
    const talking = people.map((person) => person.talk(stop));
    const strikes = await strikeUntil(stop, instants, scenery);
    await Promise.all(talking);
    return strikes;
  } finally {
    clearInterval(telling);
  }
}

/** What is shown twice is shown soon after: until nothing runs any more, and a moment longer. */
async function idle(field: Battlefield, people: Person[], end: number): Promise<void> {
  for (; Date.now() < end; await sleep(500)) {
    const answers = await Promise.all(people.map(({ place }) => read(field, place.conversation)));
    if (answers.every((answer) => answer?.status === 'idle' && answer.waiting === 0)) break;
  }
  await sleep(3_000);
}

async function witness(
  { seed, cluster }: StormOptions,
  field: Battlefield,
  people: Person[],
  strikes: Strike[],
): Promise<Evidence> {
  const conversations = await Promise.all(
    people.map(async ({ place, spoken }) => ({
      conversation: place.conversation,
      spoken,
      shown: place.shown(),
      answer: await read(field, place.conversation),
    })),
  );
  return {
    seed,
    server: cluster ? 'cluster' : 'development',
    strikes,
    conversations,
    ledger: [...field.ledger.lines],
    crashes: field.slots.flatMap(({ name, crashes }) => crashes.map((words) => `${name}: ${words}`)),
    repeats: field.platforms.reduce((sum, platform) => sum + platform.repeats(), 0),
    ...(await replay(field)),
  };
}

async function replay({ stack }: Battlefield): Promise<Pick<Evidence, 'replayed' | 'replayFailure'>> {
  try {
    return { replayed: await stack.replayAll('conversation', 'task', 'due') };
  } catch (error) {
    return { replayed: 0, replayFailure: String(error) };
  }
}

/** Undefined for one that does not exist. */
async function read({ stack }: Battlefield, conversation: string): Promise<ConversationAnswer | undefined> {
  return stack.read(conversation).catch(() => undefined);
}
