import { StreamableHTTPError } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { McpError } from '@modelcontextprotocol/sdk/types.js';
import { CUT_OFF } from './http-transport.ts';

const LONGEST = 2_000;
/** Where a request failed before anything was sent. */
const BEFORE_SENDING = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/**
 * What a failed request means: `unsent` the server does not know of it, because it is not there or has forgotten the session ·
 * `refused` it will not do it · `answered` it says what went wrong · `lost` it may have done it. `closed`: so is the connection.
 */
export function meaningOf(error: unknown, closed: boolean): 'unsent' | 'refused' | 'answered' | 'lost' {
  if (error instanceof StreamableHTTPError) {
    const { code = 0 } = error;
    // Some servers say 400 for a session that they do not know.
    if (code === 400 || code === 404) return 'unsent';
    return code >= 300 && code < 500 ? 'refused' : 'lost';
  }
  if (BEFORE_SENDING.has(causeOf(error)?.code ?? '')) return 'unsent';
  return error instanceof McpError && !closed && error.data !== CUT_OFF ? 'answered' : 'lost';
}

/** An error in words that name no address and no secret. */
export function wordsFor(error: unknown): string {
  if (error instanceof StreamableHTTPError && (error.code ?? 0) > 0) return `it answered HTTP ${error.code}`;
  const cause = causeOf(error);
  if (cause) return cause.code ?? 'the request failed';
  return (error instanceof Error ? error.message : String(error)).slice(0, LONGEST);
}

/** Of a request that failed on its way: fetch says only that it did. */
function causeOf(error: unknown): NodeJS.ErrnoException | undefined {
  if (!(error instanceof TypeError)) return undefined;
  return error.cause instanceof Error ? error.cause : error;
}
