import { setImmediate as breath } from 'node:timers/promises';
import { defineTool } from 'holdfast';
import { z } from 'zod';
import { write } from './ledger-tool.ts';

/** A tool that takes memory until its worker is ended for it. */
export function memoryEater(name: string, effect: 'read' | 'once') {
  return defineTool({
    name,
    description: 'eats memory',
    input: z.object({}),
    effect,
    ...(effect === 'once' ? {} : { attempts: 3 }),
    async run(_, { idempotencyKey: key }) {
      await write({ tool: name, key, phase: 'begin' });
      const eaten: number[][] = [];
      for (;;) {
        eaten.push(Array.from({ length: 100_000 }, Math.random));
        await breath();
      }
    },
  });
}
