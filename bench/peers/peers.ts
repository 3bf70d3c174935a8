import type { StartSystem } from '../system.ts';

/** Other engines that do the same four steps, by name. */
export const PEERS: Record<string, StartSystem> = {};
