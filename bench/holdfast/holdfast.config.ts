import { defineConfig, defineTool } from 'holdfast';
import { z } from 'zod';

export default defineConfig({
  agent: {
    system: 'You are measured.',
    builtInTools: [],
    tools: [
      defineTool({
        name: 'look_up',
        description: 'Looks something up at once.',
        input: z.object({ q: z.string() }),
        effect: 'read',
        short: true,
        run: ({ q }) => `result(${q})`,
      }),
    ],
  },
});
