import { defineTool } from '../define-tool.ts';
import type { Tool } from '../tool.ts';
import { callTool } from './call-tool.ts';
import type { McpServer } from './config.ts';
import type { Connection } from './connection.ts';
import { type InputSchema, readInputSchema } from './input-schema.ts';
import type { ListedTool } from './list-tools.ts';
import { type CallPolicy, policyOf } from './policy.ts';
import { readResult } from './read-result.ts';
import { nameTools } from './tool-names.ts';

/** What a run may take besides the call: to wait for the server, twice at most, and for our own timeout to come first. */
const EXTRA_MS = 30_000;
const LONGEST_DESCRIPTION = 8_000;

/** A server that may be called. */
export interface CalledServer {
  name: string;
  config: McpServer;
  connection: Connection;
}

/** What the model may call of what a server lists, and what the operator should know about the rest. */
export function toTools(
  server: CalledServer,
  listed: readonly ListedTool[],
  taken: ReadonlySet<string>,
): { tools: Tool[]; remarks: string[] } {
  const remarks: string[] = [];
  const names = nameTools(
    server.name,
    listed.map(({ name }) => name),
    taken,
  );
  const tools = listed.flatMap((one) => {
    const name = names.get(one.name);
    const policy = policyOf(one, server.config);
    if (name === undefined || policy.hidden) return [];
    const schema = readInputSchema(one.inputSchema);
    if (!schema.shown)
      remarks.push(`${one.name}: models would not take its input schema, so it is described in words`);
    return [toTool(server, one, name, policy, schema)];
  });
  for (const name of Object.keys(server.config.tools ?? {}))
    if (!listed.some((one) => one.name === name))
      remarks.push(`${name}: is in the config, but the server has no such tool`);
  return { tools, remarks };
}

function toTool(
  { name: server, connection }: CalledServer,
  listed: ListedTool,
  name: string,
  { effect, approval, timeoutMs }: CallPolicy,
  { input, shown }: InputSchema,
): Tool {
  const tool = defineTool({
    name,
    description: describe(listed, shown === undefined),
    input,
    effect,
    approval,
    timeoutMs: timeoutMs + EXTRA_MS,
    async run(given, context) {
      const call = { tool: listed.name, input: given as Record<string, unknown>, timeoutMs };
      return readResult(await callTool(server, connection, call, context), context.attach);
    },
  });
  return {
    ...tool,
    inputJsonSchema: shown ?? { type: 'object', properties: {}, additionalProperties: true },
  };
}

function describe({ name, title, description, inputSchema }: ListedTool, inWords: boolean): string {
  const text = description?.trim() || title?.trim() || name;
  const schema = inWords && inputSchema !== undefined ? `\n\nArguments: ${JSON.stringify(inputSchema)}` : '';
  return `${text.slice(0, LONGEST_DESCRIPTION)}${schema.slice(0, LONGEST_DESCRIPTION)}`;
}
