import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, realpath, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { ToolError } from '../../../tools/tool.ts';
import { type TestFolder, testFolder } from './folder.ts';

let folder: TestFolder;
const link = (to: string, from: string) => symlink(to, path.join(folder.root, from));

beforeEach(async () => {
  folder = await testFolder({ 'a.txt': 'inside', 'sub/b.txt': 'deep' });
  await writeFile(path.join(folder.outside, 'secret.txt'), 'secret');
  await mkdir(path.join(folder.outside, 'root-sibling'));
  await link('../secret.txt', 'file-link');
  await link(path.join(folder.outside, 'secret.txt'), 'absolute-link');
  await link('..', 'folder-link');
  await link('../nothing-yet.txt', 'dangling-link');
  await link('nothing-yet', 'dangling-inside');
  await link('file-link', 'link-to-link');
  await link('loop', 'loop');
  await link('../folder-link', 'sub/up');
  await link('sub', 'good-folder');
  await link('a.txt', 'good-file');
});

/** What each file tool is asked to do with a path. */
const CALLS: [string, object][] = [
  ['read_file', {}],
  ['write_file', { content: 'x' }],
  ['edit_file', { find: 'secret', replace: 'x' }],
  ['list_files', {}],
  ['list_files', { glob: '**' }],
  ['search_files', { text: 'secret' }],
];

describe.each(CALLS)('%s %j', (tool, rest) => {
  it.each([
    ['..', /out of the workspace/],
    ['../secret.txt', /out of the workspace/],
    ['sub/../../secret.txt', /out of the workspace/],
    ['./sub/./../../root/../secret.txt', /out of the workspace/],
    ['../root-sibling', /out of the workspace/],
    ['../root-sibling/x', /out of the workspace/],
    // Whether it is there is nobody's business.
    ['../secret.txt/x', /out of the workspace/],
    ['file-link', /out of the workspace/],
    ['absolute-link', /out of the workspace/],
    ['link-to-link', /out of the workspace/],
    ['folder-link', /out of the workspace/],
    ['folder-link/secret.txt', /out of the workspace/],
    ['folder-link/new.txt', /out of the workspace/],
    ['folder-link/new/new.txt', /out of the workspace/],
    ['sub/up/secret.txt', /out of the workspace/],
    ['good-folder/up/new.txt', /out of the workspace/],
    ['dangling-link', /link to nothing/],
    ['dangling-link/new.txt', /link to nothing/],
    ['dangling-inside', /link to nothing/],
    ['loop', /too many symbolic links/],
    ['loop/x', /too many symbolic links/],
    ['a.txt/x', /not a directory/],
    ['/etc/passwd', /absolute path/],
    ['//etc/passwd', /absolute path/],
    ['a.txt\0.png', /NUL/],
    ['x'.repeat(300), /name too long/],
  ])('refuses the path %j and touches nothing outside', async (name, reason) => {
    const error: unknown = await folder.run(tool, { path: name, ...rest }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ToolError);
    expect((error as Error).message).toMatch(reason);
    expect((error as Error).message).not.toContain(folder.outside);
    expect(await readFile(path.join(folder.outside, 'secret.txt'), 'utf8')).toBe('secret');
    expect((await readdir(folder.outside)).sort()).toEqual(['root', 'root-sibling', 'secret.txt']);
  });
});

describe('the workspace', () => {
  it('follows links that stay in it, and ways that come back', async () => {
    expect(await folder.run('read_file', { path: 'good-file' })).toBe('inside');
    expect(await folder.run('read_file', { path: 'good-folder/../sub/b.txt' })).toBe('deep');
    await folder.run('write_file', { path: 'good-folder/new/c.txt', content: 'c' });
    await folder.run('write_file', { path: 'good-file', content: 'through the link' });
    expect(await readFile(path.join(folder.root, 'sub/new/c.txt'), 'utf8')).toBe('c');
    expect(await readFile(path.join(folder.root, 'a.txt'), 'utf8')).toBe('through the link');
    expect(await realpath(path.join(folder.root, 'good-file'))).toBe(path.join(folder.root, 'a.txt'));
  });

  it('is not left by going through it: links are listed, and not followed', async () => {
    expect(await folder.run('list_files', {})).toContain('folder-link@');
    expect(await folder.run('list_files', { glob: '**' })).not.toContain('secret');
    expect(await folder.run('search_files', { text: 'secret' })).toBe('Nothing was found.');
  });

  it('may itself be reached by a link, and is made if it is not there', async () => {
    await symlink(folder.root, path.join(folder.outside, 'way'));
    const { run } = await testFolder({}, { root: path.join(folder.outside, 'way') });
    expect(await run('read_file', { path: 'sub/b.txt' })).toBe('deep');
    const fresh = path.join(folder.outside, 'not/yet');
    expect(await (await testFolder({}, { root: fresh })).run('list_files', {})).toBe('(the folder is empty)');
    expect(existsSync(fresh)).toBe(true);
  });

  it.each(['read_file', 'write_file', 'edit_file'])('%s takes no folders and no pipes', async (tool) => {
    const rest = Object.fromEntries(CALLS)[tool];
    execFileSync('sh', ['-c', 'mkfifo "$0"', path.join(folder.root, 'pipe')]);
    await expect(folder.run(tool, { path: 'pipe', ...rest })).rejects.toThrow(/no ordinary file/);
    await expect(folder.run(tool, { path: 'sub', ...rest })).rejects.toThrow(/is a folder/);
    await expect(folder.run(tool, { path: '.', ...rest })).rejects.toThrow(/is a folder/);
  });
});
