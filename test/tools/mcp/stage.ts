import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import type { McpServer } from '../../../tools/mcp/config.ts';
import { createMcpTools } from '../../../tools/mcp/mcp-tools.ts';
import type { Tool, ToolContext } from '../../../tools/tool.ts';
import { eventually } from '../../support/eventually.ts';
import { toolContext } from '../context.ts';

export const SERVER = fileURLToPath(new URL('../../fakes/mcp/server.ts', import.meta.url));

/** The fake server as the config names it. */
export function fakeServer(env: Record<string, string> = {}, rest: Partial<McpServer> = {}): McpServer {
  return { command: process.execPath, args: [SERVER], env, ...rest } as McpServer;
}

/** Tools of MCP servers, with what their operator would read in the log. */
export interface Stage {
  source: { tools(): Promise<readonly Tool[]>; close(): Promise<void> };
  log: { level: number; msg: string; [field: string]: unknown }[];
  /** Resolves when `times` connections were made. */
  connected(times: number): Promise<unknown>;
  /** The tool, once it is there. */
  find(name: string): Promise<Tool>;
  call(name: string, input?: object, context?: Partial<ToolContext>): Promise<string>;
}

export function stage(servers: Record<string, McpServer>, taken: string[] = []): Stage {
  const log: Stage['log'] = [];
  const lines = { write: (line: string) => void log.push(JSON.parse(line)) };
  const mcp = createMcpTools(servers, { log: pino({ level: 'debug' }, lines), taken: new Set(taken) });
  const source = { tools: () => mcp.tools(Object.keys(servers)), close: () => mcp.close() };
  const find = (name: string) =>
    eventually(async () => (await source.tools()).find((one) => one.name === name), { what: name });
  return {
    source,
    log,
    connected: (times) =>
      eventually(() => log.filter(({ msg }) => msg === 'MCP server connected').length >= times),
    find,
    async call(name, input = {}, context = {}) {
      const tool = await find(name);
      return (await tool.run(await tool.input.parseAsync(input), toolContext(context))) as string;
    },
  };
}
