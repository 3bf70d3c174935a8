import type { McpServer } from '../tools/mcp/config.ts';
import type { McpOptions, McpTools } from '../tools/mcp/mcp-tools.ts';

/** The tools of the config's MCP servers. Without any, their library is not loaded: it takes a third of a second of every start. */
export async function mcpTools(servers: Record<string, McpServer>, options: McpOptions): Promise<McpTools> {
  if (Object.keys(servers).length === 0) return { tools: async () => [], close: async () => {} };
  const { createMcpTools } = await import('../tools/mcp/mcp-tools.ts');
  return createMcpTools(servers, options);
}
