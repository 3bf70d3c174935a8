import { describe, expect, it } from 'vitest';
import { defineConfig, type WorkspaceChange, workspaceTools } from '../../../index.ts';

describe('workspaceTools', () => {
  it('makes tools for a config; what changes something asks, unless it is told otherwise', () => {
    const { agent } = defineConfig({ agent: { tools: [...workspaceTools({ root: './work' })] } });
    expect(agent?.tools?.map(({ name, effect, approval }) => [name, effect, approval])).toEqual([
      ['shell', 'once', 'ask'],
      ['read_file', 'read', 'never'],
      ['write_file', 'idempotent', 'ask'],
      ['edit_file', 'once', 'ask'],
      ['list_files', 'read', 'never'],
      ['search_files', 'read', 'never'],
    ]);
    const free = workspaceTools({ root: '.', approval: 'never' });
    expect(new Set(free.map(({ approval }) => approval))).toEqual(new Set(['never']));
  });

  it('lets a function decide by what would be changed', () => {
    const changes: WorkspaceChange[] = [];
    const tools = workspaceTools({
      root: '.',
      approval: (change) => changes.push(change) > 1,
    });
    const ask = (name: string, input: object) => {
      const approval = tools.find((tool) => tool.name === name)?.approval;
      return typeof approval === 'function' ? approval(input) : approval;
    };
    expect(ask('shell', { command: 'ls', timeoutSeconds: 1 })).toBe(false);
    expect(ask('write_file', { path: 'a', content: 'x' })).toBe(true);
    expect(ask('edit_file', { path: 'b', find: 'x', replace: 'y' })).toBe(true);
    expect(ask('read_file', { path: 'a' })).toBe('never');
    expect(changes).toEqual([
      { tool: 'shell', command: 'ls' },
      { tool: 'write_file', path: 'a' },
      { tool: 'edit_file', path: 'b' },
    ]);
  });

  it.each([
    [{ root: '' }, /root must be/],
    [{}, /root must be/],
    [{ root: '.', env: { A: 1 } }, /env must have/],
    [{ root: '.', approval: 'sometimes' }, /approval must be/],
  ])('refuses %j', (options, reason) => {
    expect(() => workspaceTools(options as never)).toThrow(reason);
  });
});
