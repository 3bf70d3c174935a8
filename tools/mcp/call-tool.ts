import type { Progress } from '@modelcontextprotocol/sdk/types.js';
import type { z } from 'zod';
import { OutcomeUnknown, type ToolContext, ToolError } from '../tool.ts';
import type { Connection } from './connection.ts';
import { meaningOf, wordsFor } from './failures.ts';
import { callResult } from './read-result.ts';
import { NO_LIMIT, TimedOut, within } from './time-limit.ts';

const PROGRESS_EVERY_MS = 250;
const LONGEST_PROGRESS = 300;

export interface McpCall {
  /** The tool's name at the server. */
  tool: string;
  input: Record<string, unknown>;
  timeoutMs: number;
}

/**
 * Calls a tool of the server `name`; again if the server did not get the call. Throws {@link ToolError}, {@link OutcomeUnknown} if
 * it may have been done, or the signal's reason.
 */
export async function callTool(
  name: string,
  connection: Connection,
  { tool, input, timeoutMs }: McpCall,
  { signal, idempotencyKey, progress }: ToolContext,
): Promise<z.output<typeof callResult>> {
  const params = { name: tool, arguments: input, _meta: { 'holdfast/idempotencyKey': idempotencyKey } };
  const onprogress = progressTo(progress);
  for (let again = false; ; again = true) {
    const client = await connection.client(signal);
    try {
      return await within(timeoutMs, signal, (inner) =>
        client.request({ method: 'tools/call', params }, callResult, {
          signal: inner,
          timeout: NO_LIMIT,
          onprogress,
        }),
      );
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof TimedOut)
        throw new OutcomeUnknown(`the MCP server ${name} did not answer within ${timeoutMs / 1000} s`);
      const words = wordsFor(error);
      const meaning = meaningOf(error, client.transport === undefined);
      if (meaning === 'answered') throw new ToolError(words);
      if (meaning === 'refused') throw new ToolError(`the MCP server ${name} refused the call: ${words}`);
      if (meaning === 'lost') throw new OutcomeUnknown(`the connection to the MCP server ${name} was lost`);
      connection.lost(client, words);
      if (again) throw new ToolError(`the MCP server ${name} is not running: ${words}`);
    }
  }
}

/** Shows a server's progress, no more often than somebody could read it. */
function progressTo(show: ToolContext['progress']): (progress: Progress) => void {
  let last = Number.NEGATIVE_INFINITY;
  return ({ message, progress, total }) => {
    const now = performance.now();
    if (now - last < PROGRESS_EVERY_MS) return;
    last = now;
    const text = message ?? (total === undefined ? `${progress}` : `${progress} of ${total}`);
    show(text.slice(0, LONGEST_PROGRESS));
  };
}
