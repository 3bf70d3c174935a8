import { setTimeout as sleep } from 'node:timers/promises';
import { defineConfig, defineTool } from 'holdfast';
import { z } from 'zod';

/** The same tool twice: one that says that it is short, and one that does not. */
function lookUp(name: string, short: boolean) {
  return defineTool({
    name,
    description: 'Looks something up at once.',
    input: z.object({ q: z.string() }),
    effect: 'read',
    short,
    run: ({ q }) => `result(${q})`,
  });
}

export default defineConfig({
  agent: {
    system: 'You are measured.',
    builtInTools: [],
    tools: [
      lookUp('look_up', true),
      lookUp('look_far', false),
      defineTool({
        name: 'hold',
        description: 'Takes two seconds.',
        input: z.object({ q: z.string() }),
        effect: 'read',
        async run({ q }, { signal }) {
          await fetch(`${process.env.WORLD_URL}/held`, {
            method: 'POST',
            body: JSON.stringify({ q }),
            signal,
          });
          await sleep(2_000, undefined, { signal });
          return q;
        },
      }),
    ],
  },
});
