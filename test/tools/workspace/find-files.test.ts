import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { ToolError } from '../../../tools/tool.ts';
import { scan } from '../../../tools/workspace/scan.ts';
import { eventually } from '../../support/eventually.ts';
import { testFolder } from './folder.ts';

const files = {
  'a.ts': 'const one = 1;\nconst Two = 2;\n',
  'src/b.ts': 'one\r\n(one)\n',
  'src/deep/c.md': '# One\n',
  'src/.hidden': 'one',
  'node_modules/x/d.ts': 'one',
  '.git/e.ts': 'one',
  binary: Buffer.from('one\0'),
};

/** How many threads this process has, where the system tells. */
const threads = async () => (await readdir('/proc/self/task').catch(() => [])).length;

describe('list_files', () => {
  it('lists a folder, or all files at any depth that match', async () => {
    const { run } = await testFolder(files);
    expect(await run('list_files', {})).toBe('.git/\na.ts\nbinary\nnode_modules/\nsrc/');
    expect(await run('list_files', { path: 'src/' })).toBe('src/.hidden\nsrc/b.ts\nsrc/deep/');
    expect(await run('list_files', { glob: '**/*.ts' })).toBe('a.ts\nsrc/b.ts');
    expect(await run('list_files', { path: 'src', glob: '*.ts' })).toBe('src/b.ts');
    expect(await run('list_files', { glob: '*.py' })).toBe('Nothing was found.');
    await expect(run('list_files', { path: 'none' })).rejects.toThrow('none: no such file');
    await expect(run('list_files', { path: 'a.ts' })).rejects.toThrow('a.ts: not a directory');
  });

  it('is bounded', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 1_500 }, (_, index) => [`${index}${'x'.repeat(90)}`, '']),
    );
    const { run } = await testFolder(many);
    const listed = await run('list_files', {});
    expect(listed.split('\n')).toHaveLength(1001);
    expect(listed).toMatch(/\[and 500 more; use a glob\]$/);
    const matched = await run('list_files', { glob: '*' });
    expect(matched.length).toBeLessThan(50_000);
    expect(matched).toMatch(/There is more/);
  });
});

describe('search_files', () => {
  it('finds text or expressions in files of any depth, with their lines', async () => {
    const { run } = await testFolder(files);
    expect(await run('search_files', { text: 'one' })).toBe(
      'a.ts:1: const one = 1;\nsrc/.hidden:1: one\nsrc/b.ts:1: one\nsrc/b.ts:2: (one)',
    );
    expect(await run('search_files', { text: '(one)' })).toBe('src/b.ts:2: (one)');
    expect(await run('search_files', { text: '^c.*\\d', regex: true })).toBe(
      'a.ts:1: const one = 1;\na.ts:2: const Two = 2;',
    );
    expect(await run('search_files', { text: 'ONE', ignoreCase: true, glob: '**/*.md' })).toBe(
      'src/deep/c.md:1: # One',
    );
    expect(await run('search_files', { text: 'TWO', ignoreCase: true, regex: true })).toMatch(/^a.ts:2/);
    expect(await run('search_files', { text: 'one', path: 'src/b.ts' })).toMatch(/^src\/b.ts:1: one\n/);
    expect(await run('search_files', { text: 'three' })).toBe('Nothing was found.');
    await expect(run('search_files', { text: '(', regex: true })).rejects.toThrow(ToolError);
    await expect(run('search_files', { text: 'one', path: 'none' })).rejects.toThrow('none: no such file');
  });

  it('is bounded: many lines, long lines, large files', async () => {
    const { run } = await testFolder({
      'a-long-line': `${'x'.repeat(1_000_000)}needle${'x'.repeat(1_000_000)}`,
      large: 'needle'.repeat(1_000_000),
    });
    const found = await run('search_files', { text: 'needle' });
    expect(found).toMatch(/^a-long-line:1: x{100}needlex+\n\n\[1 files over 4 MB were not looked into.\]$/);
    expect(found.length).toBeLessThan(500);
    const many = await testFolder({ many: 'needle\n'.repeat(500_000) });
    const all = await many.run('search_files', { text: 'needle' });
    expect(all.length).toBeLessThan(50_000);
    expect(all).toMatch(/There is more/);
  });

  it.each([
    ['an expression', { wanted: { text: '^(a+)+$', isRegex: true, ignoreCase: false } }],
    ['a glob', { glob: '*a*a*a*a*a*a*a*a*a*a*a*a*a*b' }],
  ])(
    'is ended with what it found, and holds nothing up, when %s never comes to an end',
    async (_, sought) => {
      const { root } = await testFolder({
        [`f/${'a'.repeat(60)}`]: '',
        first: 'a',
        second: `${'a'.repeat(60)}!`,
      });
      const place = 'glob' in sought ? `${root}/f` : root;
      const before = await threads();
      let ticks = 0;
      const ticking = setInterval(() => (ticks += 1), 10);
      const found = await scan({ place, root, ...sought }, new AbortController().signal, 5_000);
      clearInterval(ticking);
      expect(found).toMatch(/Stopped after 5 s/);
      if ('wanted' in sought) expect(found).toContain('first:1: a');
      expect(ticks).toBeGreaterThan(30);
      await eventually(async () => (await threads()) <= before, { ms: 5_000, what: 'its thread is gone' });
    },
  );

  it('ends when it is told to', async () => {
    const { root } = await testFolder({ a: `${'a'.repeat(60)}!` });
    const stop = new AbortController();
    const wanted = { text: '^(a+)+$', isRegex: true, ignoreCase: false };
    const searching = scan({ place: root, root, wanted }, stop.signal);
    setTimeout(() => stop.abort(new Error('enough')), 300);
    await expect(searching).rejects.toThrow('enough');
  });
});
