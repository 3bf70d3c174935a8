import { describe, expect, it } from 'vitest';
import { nameTools } from '../../../tools/mcp/tool-names.ts';

const NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;
const none = new Set<string>();

describe('names of MCP tools', () => {
  it('are the server’s and the tool’s own', () => {
    const names = nameTools('My Server', ['search', 'get-page', 'läs.in'], none);
    expect([...names.values()]).toEqual(['My_Server_search', 'My_Server_get_page', 'My_Server_l_s_in']);
  });

  it('differ where the tools do, whatever their order, and the one that needs no change keeps its name', () => {
    const tools = ['a-b', 'a.b', 'a_b'];
    const names = nameTools('s', tools, none);
    expect(names.get('a_b')).toBe('s_a_b');
    expect(new Set(names.values()).size).toBe(3);
    for (const name of names.values()) expect(name).toMatch(NAME);
    const turned = nameTools('s', tools.toReversed(), none);
    expect(Object.fromEntries(turned)).toEqual(Object.fromEntries(names));
  });

  it('fit, and stay apart, however long the tools’ are', () => {
    const long = 'x'.repeat(150);
    const names = nameTools('s', [`${long}1`, `${long}2`], none);
    expect(new Set(names.values()).size).toBe(2);
    for (const name of names.values()) expect(name).toMatch(NAME);
  });

  it('are never those of other tools, not even of one that aims at the longer name', () => {
    const [longer = ''] = nameTools('s', ['a'], new Set(['s_a'])).values();
    expect(longer).toMatch(/^s_a_[0-9a-f]{8}$/);
    const aimed = nameTools('s', ['a', longer.slice(2)], new Set(['s_a']));
    expect(new Set(aimed.values()).size).toBe(aimed.size);
  });
});
