import { eventually } from '../../support/eventually.ts';
import type { Ledger } from '../ledger.ts';

/** Process ids of the fake MCP servers that started, in order. */
export function pids({ lines }: Ledger): number[] {
  return lines.filter(({ tool }) => tool === 'server').map(({ key }) => Number(key));
}

/** SIGKILLs every fake MCP server that is alive. */
export function killServers(ledger: Ledger): void {
  for (const pid of pids(ledger)) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
}

/** Resolves when none of the servers that started is alive. */
export async function allGone(ledger: Ledger, ms: number): Promise<void> {
  await eventually(() => !pids(ledger).some(isAlive), { ms, what: 'every MCP server is gone' });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
