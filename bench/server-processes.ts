import type { Stack } from '../test/support/stack.ts';

/** Pids of the Temporal server, by the names of its parts. */
export function serverProcesses(stack: Stack): Record<string, number[]> {
  return Object.fromEntries(stack.serverParts.map(({ name }) => [name, [stack.part(name).pid]]));
}
