import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../config/environment.ts';
import { resolveMcpServers } from '../../config/mcp-servers.ts';
import type { McpServer } from '../../tools/mcp/config.ts';

const env = { TOKEN: 'the-secret', HOST: 'example.com', EMPTY: '' };

describe('variables in mcpServers', () => {
  it('are filled in where a value may be secret or differ by machine, and nowhere else', () => {
    const servers: Record<string, McpServer> = {
      one: {
        command: '${TOKEN}',
        args: ['--key=${TOKEN}', '$TOKEN'],
        env: { A: '${TOKEN}${HOST}' },
        cwd: '/x',
      },
      two: { url: 'https://${HOST}/mcp', headers: { authorization: 'Bearer ${TOKEN}' }, effect: 'read' },
    };
    expect(resolveMcpServers(servers, env)).toEqual({
      one: {
        command: '${TOKEN}',
        args: ['--key=the-secret', '$TOKEN'],
        env: { A: 'the-secretexample.com' },
        cwd: '/x',
      },
      two: {
        url: 'https://example.com/mcp',
        headers: { authorization: 'Bearer the-secret' },
        effect: 'read',
      },
    });
  });

  it.each<[McpServer, string]>([
    [
      { command: 'x', args: ['a', '${GONE}'] },
      'mcpServers.one.args.1: GONE is not set in the environment; set it',
    ],
    [
      { command: 'x', env: { A: '${EMPTY}' } },
      'mcpServers.one.env.A: EMPTY is not set in the environment; set it',
    ],
    [{ url: 'https://${GONE}/' }, 'mcpServers.one.url: GONE is not set in the environment; set it'],
    [
      { url: 'https://x/', headers: { a: '${GONE}' } },
      'mcpServers.one.headers.a: GONE is not set in the environment; set it',
    ],
    [{ url: '${TOKEN}' }, 'mcpServers.one.url: must be an http or https address, without a password'],
    [{ url: 'ftp://x/' }, 'mcpServers.one.url: must be an http or https address, without a password'],
    [
      { url: 'https://me:${TOKEN}@x/' },
      'mcpServers.one.url: must be an http or https address, without a password',
    ],
  ])('that are wrong in %j are named, without a value', (server, message) => {
    expect(() => resolveMcpServers({ one: server }, env)).toThrow(new ConfigError(message));
  });
});
