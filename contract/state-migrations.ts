import type { Migration } from './schema.ts';
import { NO_USAGE } from './usage.ts';

/**
 * From each version of a conversation's state to the next, in order. To change the state: append one here, and never touch one
 * that was released; test/contract/schemas.test.ts says what else.
 */
export const CONVERSATION_MIGRATIONS: readonly Migration[] = [
  /** Before it, there were no approvals, agents, tasks, summaries and accounts. Some states were marked 1 that have them. */
  function withAgents(state) {
    return {
      spent: { turn: NO_USAGE, days: {} },
      compaction: {},
      undone: [],
      grants: [],
      chosen: {},
      door: { told: [], commands: [] },
      places: [],
      tasks: [],
      taskApprovals: [],
      ...state,
    };
  },
];
