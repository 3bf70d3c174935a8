import { writeFileSync } from 'node:fs';
import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { ToolError } from '../../../tools/tool.ts';
import { Child } from '../../support/child.ts';
import { eventually } from '../../support/eventually.ts';
import { testFolder } from './folder.ts';

const numbered = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}`).join('\n');

describe('read_file', () => {
  it('reads a file whole, or the lines that are wanted, and says where it goes on', async () => {
    const { run } = await testFolder({ 'a.txt': `${numbered(1, 9)}\n`, empty: '', 'no-end': 'a\nb' });
    expect(await run('read_file', { path: 'a.txt' })).toBe(numbered(1, 9));
    expect(await run('read_file', { path: 'a.txt', fromLine: 3, toLine: 4 })).toBe(
      'line 3\nline 4\n\n[Lines 3 to 4. Read on with fromLine 5.]',
    );
    expect(await run('read_file', { path: 'a.txt', fromLine: 8 })).toBe(
      'line 8\nline 9\n\n[Lines 8 to 9. The file ends here.]',
    );
    expect(await run('read_file', { path: 'empty' })).toBe('(the file is empty)');
    expect(await run('read_file', { path: 'no-end', fromLine: 2, toLine: 2 })).toMatch(/^b\n.*ends here/s);
    await expect(run('read_file', { path: 'a.txt', fromLine: 10 })).rejects.toThrow('fewer than 10 lines');
    await expect(run('read_file', { path: 'a.txt', fromLine: 2, toLine: 1 })).rejects.toThrow(ToolError);
    await expect(run('read_file', { path: 'b.txt' })).rejects.toThrow('there is no file b.txt');
  });

  it('reads a long file in parts that together are all of it', async () => {
    const text = numbered(1, 30_000);
    const { run } = await testFolder({ long: text });
    const parts: string[] = [];
    for (let fromLine: number | undefined = 1; fromLine !== undefined; ) {
      const part = await run('read_file', { path: 'long', fromLine });
      expect(part.length).toBeLessThan(50_000);
      const [content, note] = part.split(/\n\n(?=\[)/) as [string, string];
      parts.push(content);
      const next = /fromLine (\d+)/.exec(note)?.[1];
      fromLine = next === undefined ? undefined : Number(next);
    }
    expect(parts.length).toBeGreaterThan(5);
    expect(parts.join('\n')).toBe(text);
  });

  it('shows the beginning of a line that is too long, and the next one', async () => {
    const { run } = await testFolder({ long: `${'🙂'.repeat(2_000_000)}\nnext` });
    const part = await run('read_file', { path: 'long' });
    expect(part.length).toBeLessThan(50_000);
    expect(part.isWellFormed()).toBe(true);
    expect(part).toMatch(/Only the beginning of line 1.*fromLine 2/);
    expect(await run('read_file', { path: 'long', fromLine: 2 })).toMatch(/^next\n/);
  });

  it('reads characters that lie across the borders of its reads', async () => {
    const { run } = await testFolder({ umlauts: `x${'ü'.repeat(40_000)}` });
    expect(await run('read_file', { path: 'umlauts' })).toBe(`x${'ü'.repeat(40_000)}`);
  });

  it.each([
    ['NUL bytes', Buffer.from('text\0')],
    ['no UTF-8', Buffer.from([0x66, 0xfc, 0x72])],
    ['half a character at the end', Buffer.from('ü').subarray(0, 1)],
  ])('refuses a file with %s', async (_, content) => {
    const { run } = await testFolder({ binary: content });
    await expect(run('read_file', { path: 'binary' })).rejects.toThrow('binary is not a text file');
  });
});

describe('write_file', () => {
  it('writes the whole file, makes folders, and leaves nothing else behind', async () => {
    const { root, run, tool } = await testFolder();
    for (const content of ['first', 'é', ''])
      await run('write_file', { path: 'new/folder/a.txt', content }, { idempotencyKey: content });
    expect(await run('write_file', { path: 'new/folder/a.txt', content: 'é' })).toContain('2 bytes');
    expect(await readFile(path.join(root, 'new/folder/a.txt'), 'utf8')).toBe('é');
    expect(await readdir(path.join(root, 'new/folder'))).toEqual(['a.txt']);
    expect(tool('write_file').effect).toBe('idempotent');
  });

  it('keeps the permissions of what it replaces', async () => {
    const { root, run } = await testFolder({ script: 'old', private: 'old' });
    await chmod(path.join(root, 'script'), 0o777);
    await chmod(path.join(root, 'private'), 0o600);
    for (const name of ['script', 'private']) await run('write_file', { path: name, content: 'new' });
    expect((await stat(path.join(root, 'script'))).mode & 0o777).toBe(0o777);
    expect((await stat(path.join(root, 'private'))).mode & 0o777).toBe(0o600);
  });

  it('is seen old or new, never in part, and replaces no file when it is stopped before', async () => {
    const { root, run } = await testFolder({ big: 'a'.repeat(400_000) });
    const file = path.join(root, 'big');
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(run('write_file', { path: 'big', content: 'b' }, { signal })).rejects.toThrow('stopped');
    const seen = new Set<string>();
    const written = new AbortController();
    const looking = (async () => {
      while (!written.signal.aborted) {
        const text = await readFile(file, 'utf8');
        seen.add(`${text[0]}${text.length}${text.at(-1)}`);
      }
    })();
    for (const letter of 'bcdefgh') await run('write_file', { path: 'big', content: letter.repeat(400_000) });
    written.abort();
    await looking;
    expect([...seen].filter((look) => !/^(\w)400000\1$/.test(look))).toEqual([]);
    expect(await readdir(root)).toEqual(['big']);
  });

  it('leaves a whole file when its process is killed, and the run after that leaves only that', async () => {
    const { root, run } = await testFolder({ big: 'a'.repeat(400_000) });
    const code = `
      import { workspaceTools } from ${JSON.stringify(new URL('../../../index.ts', import.meta.url).href)};
      const tool = workspaceTools({ root: ${JSON.stringify(root)} }).find(({ name }) => name === 'write_file');
      const context = { idempotencyKey: 'key', signal: new AbortController().signal };
      for (let i = 0; ; i++) await tool.run({ path: 'big', content: 'bcd'[i % 3].repeat(400_000) }, context);
    `;
    for (const ms of [0, 3, 7, 12]) {
      const writer = new Child(process.execPath, ['--input-type=module', '-e', code], {});
      await eventually(async () => !(await readFile(path.join(root, 'big'), 'utf8')).startsWith('a'));
      await sleep(ms);
      await writer.kill();
      expect(await readFile(path.join(root, 'big'), 'utf8')).toMatch(/^(.)\1{399999}$/);
      await run('write_file', { path: 'big', content: 'a'.repeat(400_000) }, { idempotencyKey: 'key' });
      expect(await readdir(root)).toEqual(['big']);
    }
  });
});

describe('edit_file', () => {
  it('replaces the one occurrence, as it is written', async () => {
    const { root, run } = await testFolder({ 'a.txt': '\uFEFFone two\r\nthree' });
    await run('edit_file', { path: 'a.txt', find: 'two\r\n', replace: '$& $1 ' });
    expect(await readFile(path.join(root, 'a.txt'), 'utf8')).toBe('\uFEFFone $& $1 three');
    await run('edit_file', { path: 'a.txt', find: ' $1', replace: '' });
    expect(await readFile(path.join(root, 'a.txt'), 'utf8')).toBe('\uFEFFone $& three');
    expect(await readdir(root)).toEqual(['a.txt']);
  });

  it.each([
    ['what is not there', { find: 'four', replace: '' }, /not in it; read it/],
    ['what is there twice', { find: 't', replace: 'T' }, /more than once/],
    ['what overlaps itself', { find: 'xx', replace: 'y' }, /more than once/],
    ['other line ends', { find: 'two\nthree', replace: '' }, /lines end in \\r\\n/],
  ])('refuses %s, and changes nothing', async (_, input, reason) => {
    const text = 'one two\r\nthree xxx';
    const { root, run } = await testFolder({ 'a.txt': text });
    const error: unknown = await run('edit_file', { path: 'a.txt', ...input }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(ToolError);
    expect((error as Error).message).toMatch(reason);
    expect(await readFile(path.join(root, 'a.txt'), 'utf8')).toBe(text);
  });

  it('takes no edit that changes nothing, and no file that is large, binary or not there', async () => {
    const { run, tool } = await testFolder({ large: 'x'.repeat(2_000_001), binary: Buffer.from([0xff]) });
    expect(tool('edit_file').input.safeParse({ path: 'a', find: 'x', replace: 'x' }).success).toBe(false);
    const edit = { find: 'x', replace: 'y' };
    await expect(run('edit_file', { path: 'large', ...edit })).rejects.toThrow('too large');
    await expect(run('edit_file', { path: 'binary', ...edit })).rejects.toThrow('not a text file');
    await expect(run('edit_file', { path: 'none', ...edit })).rejects.toThrow('no file none');
  });

  it('loses nothing when many edits of one file come at once', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `<${index}>`);
    const { root, run } = await testFolder({ 'a.txt': names.join('') });
    await Promise.all(
      names.map((find, index) =>
        run('edit_file', { path: 'a.txt', find, replace: `[${index}]` }, { idempotencyKey: `${index}` }),
      ),
    );
    expect(await readFile(path.join(root, 'a.txt'), 'utf8')).toBe(
      names.map((_, index) => `[${index}]`).join(''),
    );
  });

  it('does not undo what somebody else wrote meanwhile', async () => {
    const { root, run } = await testFolder({ 'a.txt': 'one two' });
    const file = path.join(root, 'a.txt');
    // Somebody comes between its reading and its writing.
    const decode = vi.spyOn(TextDecoder.prototype, 'decode').mockImplementationOnce(() => {
      writeFileSync(file, 'somebody else’s two');
      return 'one two';
    });
    const editing = run('edit_file', { path: 'a.txt', find: 'two', replace: '2' });
    await expect(editing).rejects.toThrow('changed by somebody else');
    decode.mockRestore();
    expect(await readFile(file, 'utf8')).toBe('somebody else’s two');
    expect(await readdir(root)).toEqual(['a.txt']);
  });

  it('is done once, and tells of a lost run what the file tells', async () => {
    const { root, run, tool } = await testFolder({ 'a.txt': 'one two' });
    expect(tool('edit_file').effect).toBe('once');
    const reconcile = (input: object) => tool('edit_file').reconcile?.(input, {} as never);
    const edit = { path: 'a.txt', find: 'two', replace: '2' };
    expect(await reconcile(edit)).toEqual({ acted: false });
    await run('edit_file', edit);
    expect(await reconcile(edit)).toEqual({ acted: true, output: 'Edited a.txt.' });
    await writeFile(path.join(root, 'a.txt'), 'ab');
    expect(await reconcile({ path: 'a.txt', find: 'a', replace: 'ab' })).toEqual({ acted: 'unknown' });
    await expect(reconcile({ ...edit, path: 'none' })).rejects.toThrow('no file');
  });
});
