import path from 'node:path';
import { defineConfig, workspaceTools } from 'holdfast';

/**
 * A helper for a folder of code: it reads what it likes, and asks before it changes a file or runs a command. A second agent
 * reviews, for `/agent reviewer` or as a task in the background; it can only read.
 */
const root = path.resolve(process.env.WORKSPACE ?? 'workspace');
const tools = workspaceTools({ root });

export default defineConfig({
  agent: {
    system:
      'You help with the code in your workspace. Look before you change anything. Explain each command in one line before you ' +
      'run it. If something is to be looked into at length, delegate it to the agent `reviewer` and go on.',
    tools,
  },
  agents: {
    reviewer: {
      description: 'reads code and says what is wrong with it; changes nothing',
      system:
        'You review code. Read what you need, then list what is wrong, the worst first, each with its file and line.',
      tools: tools.filter(({ effect }) => effect === 'read'),
      builtInTools: [],
    },
  },
  conversation: { limits: { steps: 60 } },
});
