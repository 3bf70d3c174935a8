import { fileURLToPath } from 'node:url';
import { defineConfig } from 'holdfast';

const server = {
  command: process.execPath,
  args: [fileURLToPath(new URL('server.ts', import.meta.url))],
};

/** Servers of which one is well behaved, one does not end when it is asked to, and one can be kept from starting. */
export default defineConfig({
  mcpServers: {
    world: {
      ...server,
      env: { LEDGER_URL: '${LEDGER_URL}' },
      tools: { pay: { approval: 'never' } },
    },
    stubborn: { ...server, env: { MODE: 'stubborn', LEDGER_URL: '${LEDGER_URL}' } },
    frail: { ...server, env: { MODE: 'broken', BROKEN: '${BROKEN}', LEDGER_URL: '${LEDGER_URL}' } },
    current: { ...server, env: { LEDGER_URL: '${LEDGER_URL}' } },
  },
});
