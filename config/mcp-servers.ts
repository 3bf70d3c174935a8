import type { McpServer } from '../tools/mcp/config.ts';
import { ConfigError } from './environment.ts';

const VARIABLE = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** The servers with the values of the variables that they name as `${NAME}`. Throws {@link ConfigError}, which has no values. */
export function resolveMcpServers(
  servers: Record<string, McpServer>,
  env: NodeJS.ProcessEnv = process.env,
): Record<string, McpServer> {
  const entries = Object.entries(servers).map(([name, server]) => [name, resolve(name, server, env)]);
  return Object.fromEntries(entries);
}

function resolve(name: string, server: McpServer, env: NodeJS.ProcessEnv): McpServer {
  const filled = (field: string, text: string) =>
    text.replace(VARIABLE, (_, variable: string) => {
      const value = env[variable];
      if (value) return value;
      throw new ConfigError(`mcpServers.${name}.${field}: ${variable} is not set in the environment; set it`);
    });
  const all = (field: string, texts: Record<string, string>) =>
    Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, filled(`${field}.${key}`, text)]));

  if ('url' in server) {
    const url = filled('url', server.url);
    const address = URL.parse(url);
    if (!address || !/^https?:$/.test(address.protocol) || address.username || address.password)
      throw new ConfigError(`mcpServers.${name}.url: must be an http or https address, without a password`);
    return { ...server, url, ...(server.headers && { headers: all('headers', server.headers) }) };
  }
  return {
    ...server,
    ...(server.args && { args: server.args.map((text, index) => filled(`args.${index}`, text)) }),
    ...(server.env && { env: all('env', server.env) }),
  };
}
