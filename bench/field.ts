import type { Client } from '@temporalio/client';
import type { ClusterPrograms } from '../cli/cluster/find-cluster.ts';
import type { Layout } from '../cli/plan-processes.ts';
import type { Tools } from '../test/support/stack.ts';
import { type Holdfast, startHoldfast } from './holdfast/holdfast.ts';
import { VARIANTS } from './holdfast/variants.ts';
import { startBare } from './peers/bare/bare.ts';
import { checkTurns } from './peers/check-turns.ts';
import { PEERS } from './peers/peers.ts';
import { NotInstalled, type System } from './system.ts';
import { World } from './world.ts';

/** What is measured, and what it is measured by. */
export interface Field {
  world: World;
  holdfast: Holdfast;
  /** holdfast first among them. */
  systems: System[];
  temporal: Client;
  /** What is measured so many times, and what is warmed up so many times, is so at most this often. */
  turns: number;
  /** Conversations that are idle while memory is read. */
  idle: number;
  /** Starts another holdfast, which has done nothing yet, of these processes of its own if not of all; whoever does so closes it. */
  fresh(layout?: Layout): Promise<Holdfast>;
  close(): Promise<void>;
}

export interface FieldOptions {
  tools: Tools;
  /** Temporal's production server from these, instead of the development server. */
  cluster?: ClusterPrograms | undefined;
  /** Names of the systems that are wanted, if not all but variants of holdfast; holdfast is always there. */
  only?: string[] | undefined;
  turns: number;
  idle: number;
  say(line: string): void;
}

/** Starts all systems; one that is not installed is left out, with a word. */
export async function openField({ tools, cluster, only, turns, idle, say }: FieldOptions): Promise<Field> {
  const world = await World.open();
  const systems: System[] = [];
  const close = async () => {
    for (const system of systems.toReversed()) await system.close();
    await world.close();
  };
  try {
    const fresh = (layout?: Layout) => startHoldfast({ ...tools, cluster, world, layout });
    const holdfast = await fresh();
    systems.push(holdfast);
    const isWanted = (name: string) => only?.includes(name) ?? true;
    for (const [name, on] of Object.entries(VARIANTS)) {
      if (!only?.includes(name)) continue;
      const variant = await startHoldfast({ ...tools, cluster, world, variables: on(world) });
      systems.push({ ...variant, name });
    }
    if (isWanted('bare')) systems.push(await startBare(world, holdfast.stack));
    for (const [name, start] of Object.entries(PEERS)) {
      if (!isWanted(name)) continue;
      try {
        const peer = await start({ world, scratch: tools.scratch });
        systems.push(peer);
        await checkTurns(world, peer);
      } catch (error) {
        if (!(error instanceof NotInstalled)) throw error;
        say(`${name} is left out; to install it: ${error.message}`);
      }
    }
    const temporal = holdfast.stack.client;
    return { world, holdfast, systems, temporal, turns, idle, fresh, close };
  } catch (error) {
    await close();
    throw error;
  }
}
