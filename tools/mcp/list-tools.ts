import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { ToolAnnotationsSchema } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { NO_LIMIT } from './time-limit.ts';

/** A server that lists more is cut off: models take about as many. */
const MOST_TOOLS = 128;
const MOST_PAGES = 50;

/** One by one and no stricter than needed, so that one odd tool does not cost the others. */
const listedTool = z.object({
  name: z.string().min(1).max(200),
  title: z.string().optional().catch(undefined),
  description: z.string().optional().catch(undefined),
  inputSchema: z.unknown().optional(),
  annotations: ToolAnnotationsSchema.optional().catch(undefined),
});
const page = z.looseObject({ tools: z.array(z.unknown()), nextCursor: z.string().optional() });

/** A tool as its server describes it. */
export type ListedTool = z.output<typeof listedTool>;

/** The server's tools, each name once. */
export async function listTools(client: Client, signal: AbortSignal): Promise<ListedTool[]> {
  const tools = new Map<string, ListedTool>();
  if (!client.getServerCapabilities()?.tools) return [];
  let cursor: string | undefined;
  for (let pages = 0; pages < MOST_PAGES && tools.size < MOST_TOOLS; pages += 1) {
    const params = cursor === undefined ? {} : { cursor };
    const answer = await client.request({ method: 'tools/list', params }, page, {
      signal,
      timeout: NO_LIMIT,
    });
    for (const one of answer.tools) {
      const { data } = listedTool.safeParse(one);
      if (data && !tools.has(data.name) && tools.size < MOST_TOOLS) tools.set(data.name, data);
    }
    cursor = answer.nextCursor;
    if (cursor === undefined) break;
  }
  return [...tools.values()];
}
