import { type Logger, pino } from 'pino';
import type { Environment } from './environment.ts';

export type Log = Logger;

/** The log of one process, as JSON lines on standard output. */
export function createLog(environment: Pick<Environment, 'HOLDFAST_LOG_LEVEL'>): Log {
  return pino({ base: null, level: environment.HOLDFAST_LOG_LEVEL });
}
