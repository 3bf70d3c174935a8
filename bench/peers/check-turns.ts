import { randomUUID } from 'node:crypto';
import type { System } from '../system.ts';
import type { World } from '../world.ts';

/** Three messages of one conversation, each sent before the one before is answered. Throws unless each is answered in its turn. */
export async function checkTurns(world: World, { name, send }: System): Promise<void> {
  const conversation = `check-${randomUUID()}`;
  const answers = [];
  for (const text of ['first', 'second', 'third']) {
    const id = randomUUID();
    answers.push(world.answer(id));
    await send({ conversation, id, text });
  }
  const got = (await Promise.all(answers)).join(', ');
  const wanted = 'answer to 1: result(first), answer to 2: result(second), answer to 3: result(third)';
  if (got !== wanted) throw new Error(`${name} answered ${got}`);
}
