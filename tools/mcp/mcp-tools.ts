import { setTimeout as sleep } from 'node:timers/promises';
import type { Tool } from '../tool.ts';
import type { McpServer } from './config.ts';
import { Connection } from './connection.ts';
import { HttpTransport } from './http-transport.ts';
import { StdioTransport } from './stdio-transport.ts';
import { toTools } from './to-tools.ts';
import type { McpLog } from './transport.ts';

/** How long the first question for tools waits for servers that are still starting. */
const FIRST_MS = 5_000;

export interface McpOptions {
  log: McpLog;
  /** Names of other tools, which an MCP tool never gets. */
  taken: ReadonlySet<string>;
}

/** Tools that come and go with their servers. */
export interface McpTools {
  /**
   * Those of now, of these servers. It is asked at every model and tool call: it answers at once, or within seconds at the first
   * time, and never throws.
   */
  tools(servers: readonly string[]): Promise<readonly Tool[]>;
  close(): Promise<void>;
}

/**
 * The tools of MCP servers, which it starts or connects to at once. A server that is gone keeps its tools, so that a call of one
 * tells the model what is wrong; one that was never there has none.
 */
export function createMcpTools(servers: Record<string, McpServer>, options: McpOptions): McpTools {
  const sources = Object.entries(servers).map(([name, config]) => createSource(name, config, options));
  const first = Promise.race([
    Promise.all(sources.map(({ connection }) => connection.first)),
    sleep(FIRST_MS, undefined, { ref: false }),
  ]);
  return {
    async tools(wanted) {
      await first;
      return sources.filter(({ name }) => wanted.includes(name)).flatMap(({ tools }) => tools);
    },
    async close() {
      await Promise.all(sources.map(({ connection }) => connection.close()));
    },
  };
}

function createSource(name: string, config: McpServer, { log, taken }: McpOptions) {
  const source = { name, tools: [] as Tool[] };
  let told = '';
  const connection: Connection = new Connection({
    name,
    log,
    open: () => ('url' in config ? new HttpTransport(config) : new StdioTransport(name, config, log)),
    onTools(listed) {
      const { tools, remarks } = toTools({ name, config, connection }, listed, taken);
      source.tools = tools;
      if (remarks.length > 0 && told !== remarks.join()) log.warn({ server: name, remarks }, 'MCP tools');
      told = remarks.join();
    },
  });
  return Object.assign(source, { connection });
}
