import { fileURLToPath } from 'node:url';
import { defineConfig } from 'holdfast';

/** A support desk: articles, tickets and refunds come from an MCP server, and refunds wait for somebody who may give money away. */
export default defineConfig({
  agent: {
    system:
      'You answer customers of a shop for bicycles. Search the articles before you answer, open a ticket for what you cannot ' +
      'solve, and offer a refund only for goods that came broken. Never promise a refund before it is approved.',
    builtInTools: ['current_time', 'offer_choices', 'attach_file'],
  },
  mcpServers: {
    desk: {
      command: process.execPath,
      args: [fileURLToPath(new URL('desk-server.ts', import.meta.url))],
      env: { DESK_FILE: process.env.DESK_FILE ?? '.holdfast/desk.json' },
    },
  },
  approvals: { expireHours: 48 },
  access: {
    people: {
      grace: { role: 'approver', identities: ['slack:U0GRACE', 'teams:29:grace'] },
    },
  },
});
