import { defineConfig } from 'holdfast';
import { ledgerTool } from '../support/ledger-tool.ts';
import { EFFECTS } from './tools.ts';

export default defineConfig({
  agent: {
    system: 'You are in a storm.',
    tools: Object.entries(EFFECTS).map(([name, effect]) =>
      ledgerTool(name, effect, {
        reconcile: name === 'book',
        approval: name === 'charge' ? 'ask' : 'never',
      }),
    ),
  },
  access: { people: { boss: { role: 'approver', identities: ['telegram:42'] } } },
  // Here a worker dies every quarter of a minute: a long reply can well lose eight in a row.
  conversation: { whileBusy: 'queue', limits: { failures: 24 } },
});
