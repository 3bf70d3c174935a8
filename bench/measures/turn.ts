import { randomUUID } from 'node:crypto';
import type { System } from '../system.ts';
import type { World } from '../world.ts';

/** How long one turn took, in ms: from sending the message to its acknowledgement, and to its reply at the platform. */
export interface TurnTimes {
  acknowledged: number;
  replied: number;
  /** Of it, what the model took. */
  model: number;
}

/** Sends one message and waits for its reply. */
export async function turn(
  world: World,
  system: Pick<System, 'send'>,
  conversation: string,
  text = 'tool',
): Promise<TurnTimes> {
  const id = randomUUID();
  const replied = world.reply(id);
  const { modelMs } = world;
  const began = performance.now();
  await system.send({ conversation, id, text });
  const acknowledged = performance.now() - began;
  return { acknowledged, replied: (await replied) - began, model: world.modelMs - modelMs };
}
