import type { StartSystem } from '../system.ts';
import { startDbos } from './dbos/dbos.ts';
import { startRestate } from './restate/restate.ts';

/** Other engines that do the same four steps, by name. */
export const PEERS: Record<string, StartSystem> = { restate: startRestate, dbos: startDbos };
