import { describe, expect, it } from 'vitest';
import { mcpServersSchema } from '../../../tools/mcp/config.ts';

const stdio = { command: 'npx', args: ['-y', 'a-server'], env: { KEY: 'x' }, cwd: '/tmp' };
const http = { url: 'https://example.com/mcp', headers: { authorization: 'Bearer x' } };

describe('mcpServers', () => {
  it('takes both kinds, with and without a type, and our own fields', () => {
    const ask = (input: unknown) => input !== undefined;
    const servers = {
      files: { ...stdio, effect: 'read', approval: 'never', timeoutMs: 5_000 },
      typed: { ...stdio, type: 'stdio' },
      web: { ...http, tools: { drop: { effect: 'once', approval: ask, timeoutMs: 1, hidden: true } } },
      'also typed': { ...http, type: 'http' },
    };
    expect(mcpServersSchema.parse(servers)).toMatchObject(servers);
  });

  it.each<[string, object, string, RegExp]>([
    ['neither command nor url', { a: {} }, 'a.command', /string/],
    ['an empty command', { a: { command: '' } }, 'a.command', /./],
    ['a field that is unknown', { a: { ...stdio, comand: 'x' } }, 'a', /comand/],
    ['headers for a process', { a: { ...stdio, headers: {} } }, 'a', /headers/],
    ['another type', { a: { ...http, type: 'sse' } }, 'a.type', /type 'http', which is streamable HTTP/],
    ['numbers in env', { a: { ...stdio, env: { PORT: 1 } } }, 'a.env.PORT', /string/],
    ['another effect', { a: { ...stdio, effect: 'none' } }, 'a.effect', /'read', 'idempotent' or 'once'/],
    ['a typo in a tool', { a: { ...stdio, tools: { x: { efect: 'read' } } } }, 'a.tools.x', /efect/],
    ['approval', { a: { ...stdio, tools: { x: { approval: 1 } } } }, 'a.tools.x.approval', /'never', 'ask'/],
    ['no time', { a: { ...stdio, timeoutMs: 0 } }, 'a.timeoutMs', />0/],
    ['a name that is none', { '1a': stdio }, '1a', /start with a letter/],
    ['a name within another', { git: stdio, git_hub: stdio }, 'git_hub', /those of "git".*rename/],
    ['two names that are one', { 'git hub': stdio, git_hub: stdio }, 'git hub', /rename/],
  ])('refuses %s, naming the field', (_, servers, path, message) => {
    const issues = mcpServersSchema.safeParse(servers).error?.issues ?? [];
    expect(issues.map((issue) => issue.path.join('.'))).toContain(path);
    expect(issues.map((issue) => issue.message).join('\n')).toMatch(message);
  });

  it('lets names begin alike that end apart', () => {
    expect(mcpServersSchema.safeParse({ git: stdio, github: http }).success).toBe(true);
  });
});
