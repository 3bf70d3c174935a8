import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { describe, expect, it } from 'vitest';
import { listTools } from '../../../tools/mcp/list-tools.ts';

const tool = (name: string, rest: object = {}) => ({ name, inputSchema: { type: 'object' }, ...rest });

/** A connected client whose server gives these pages, one after the other, and the last one again and again. */
function listed(pages: { tools: unknown[]; nextCursor?: string }[], capabilities: object = { tools: {} }) {
  let asked = 0;
  const client = {
    getServerCapabilities: () => capabilities,
    async request() {
      asked += 1;
      return pages[Math.min(asked, pages.length) - 1];
    },
  } as unknown as Client;
  return listTools(client, new AbortController().signal).then((tools) => ({ tools, asked }));
}

describe('the list of an MCP server’s tools', () => {
  it('is read page by page, each name once', async () => {
    const pages = [{ tools: [tool('a'), tool('b')], nextCursor: '2' }, { tools: [tool('b'), tool('c')] }];
    const { tools, asked } = await listed(pages);
    expect(tools.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(asked).toBe(2);
  });

  it('is cut where a server lists without end', async () => {
    const many = Array.from({ length: 1_000 }, (_, n) => tool(`t${n}`));
    expect((await listed([{ tools: many }])).tools).toHaveLength(128);
    const { tools, asked } = await listed([{ tools: [tool('a')], nextCursor: 'more' }]);
    expect(tools).toHaveLength(1);
    expect(asked).toBeLessThanOrEqual(50);
  });

  it('loses what is no tool, and of the others only what is wrong with them', async () => {
    const wrong = { description: 5, annotations: { readOnlyHint: 'yes' }, outputSchema: 'none', icons: 1 };
    const tools = [null, {}, tool(''), tool('x'.repeat(300)), tool('a', wrong), { name: 'b' }];
    const expected = [{ name: 'a', inputSchema: { type: 'object' } }, { name: 'b' }];
    expect(JSON.parse(JSON.stringify((await listed([{ tools }])).tools))).toEqual(expected);
  });

  it('is not asked for where the server says that it has none', async () => {
    expect(await listed([{ tools: [tool('a')] }], {})).toEqual({ tools: [], asked: 0 });
  });
});
