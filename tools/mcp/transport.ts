import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { Logger } from 'pino';

/** Where the operator is told of servers. */
export type McpLog = Pick<Logger, 'debug' | 'info' | 'warn'>;

/** A way to a server. */
export interface ServerTransport extends Transport {
  /** Why it is closed, if it closed by itself. */
  readonly why?: string | undefined;
}

/** Bytes of one message of a server, its JSON included. */
export const MAX_MESSAGE = 16 * 1024 * 1024;
export const TOO_LONG = `it sent a message of more than ${MAX_MESSAGE / 1024 / 1024} MB`;
