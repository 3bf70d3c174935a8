import { existsSync } from 'node:fs';
import { readFile, symlink } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { groupMembers } from '../../support/process-group.ts';
import { type TestFolder, testFolder } from './folder.ts';

const shell = async (command: string, rest: object = {}) =>
  (await testFolder({ 'a.txt': 'hello' })).run('shell', { command, ...rest });

/** The number of the group of a command that writes it to the file `group`. */
function groupOf({ root }: TestFolder): Promise<number> {
  return eventually(async () => Number(await readFile(path.join(root, 'group'), 'utf8')) || undefined);
}

const BUSY = '(while :; do sleep 0.05; done) & echo $$ > group; while :; do sleep 0.05; done';

describe('shell', () => {
  it('runs a command in the workspace and tells its exit code and output', async () => {
    expect(await shell('cat a.txt')).toBe('Exit code 0.\n\nhello');
    expect(await shell('echo no >&2; exit 3')).toBe('Exit code 3.\n\nno');
    expect(await shell('true')).toBe('Exit code 0.\n\n(no output)');
    expect(await shell('kill -SEGV $$')).toBe('Ended by SIGSEGV.\n\n(no output)');
    expect(await shell('nonsense')).toMatch(/^Exit code 127\.\n\n.*nonsense: (command )?not found/);
    expect(await shell(`printf '%s' "a  b" 'c"d'`)).toBe(`Exit code 0.\n\na  b c"d`.replace('b c', 'bc'));
  });

  it('has nothing to read, so that what asks ends', async () => {
    expect(await shell('read answer || echo nobody answers')).toContain('nobody answers');
  });

  it('does not read the settings of the user’s own terminals', async () => {
    const { root, run } = await testFolder({ '.bashrc': 'echo settings', '.profile': 'echo settings' });
    vi.stubEnv('HOME', root);
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(await run('shell', { command: 'echo $HOME' })).toBe(`Exit code 0.\n\n${root}`);
  });

  it('keeps the order of what is written to both outputs', async () => {
    const output = await shell('for i in $(seq 300); do echo $i; echo $i >&2; done');
    const lines = output.split('\n').slice(2).map(Number);
    expect(lines).toEqual(Array.from({ length: 600 }, (_, index) => Math.floor(index / 2) + 1));
  });

  it('gives commands none of our secrets, only a few names and what the config adds', async () => {
    vi.stubEnv('TELEGRAM_BOT_TOKEN', 'a-secret');
    vi.stubEnv('OPENAI_API_KEY', 'a-secret');
    vi.stubEnv('NODE_OPTIONS', '--no-deprecation');
    onTestFinished(() => void vi.unstubAllEnvs());
    const { run } = await testFolder({}, { env: { ADDED: 'yes', TZ: 'UTC' } });
    const output = await run('shell', { command: 'env' });
    const names = output
      .split('\n')
      .slice(2)
      .map((line) => line.split('=')[0] ?? '');
    const passed = 'PATH HOME LANG TERM TZ USER SHELL TMPDIR ADDED';
    const known = new Set(`${passed} PWD OLDPWD SHLVL _`.split(' '));
    expect(names.filter((name) => !known.has(name))).toEqual([]);
    expect(output).toContain('ADDED=yes');
    expect(output).toContain('TZ=UTC');
    expect(output).toMatch(/^PATH=/m);
  });

  it('keeps both ends of a huge output, in little memory', async () => {
    const before = process.memoryUsage().rss;
    let highest = before;
    const measuring = setInterval(() => {
      highest = Math.max(highest, process.memoryUsage().rss);
    }, 20);
    const output = await shell('echo begin; head -c 100000000 /dev/zero | tr "\\0" x; echo; echo end');
    clearInterval(measuring);
    expect(output.length).toBeLessThan(33_000);
    expect(output).toMatch(
      /^Exit code 0\.\n\nbegin\nx+\n\n\[… 99968\d{3} characters left out here …\]\n\nx+\nend$/,
    );
    expect(highest - before).toBeLessThan(150_000_000);
  });

  it('shows how it goes: the last lines, a few times a second, and nothing after its end', async () => {
    const shown: string[] = [];
    const { run } = await testFolder();
    const command = 'for i in $(seq 100); do echo line $i; sleep 0.01; done; sleep 0.5; echo last';
    const started = performance.now();
    await run('shell', { command }, { progress: (text) => void shown.push(text) });
    const count = shown.length;
    expect(count).toBeGreaterThan(1);
    expect(count).toBeLessThan((performance.now() - started) / 300);
    expect(shown.at(-1)).toBe('line 98\nline 99\nline 100');
    await sleep(600);
    expect(shown).toHaveLength(count);
  });

  it('is killed with its whole group after its time, and tells so with what it wrote', async () => {
    const folder = await testFolder();
    const output = await folder.run('shell', { command: `echo working; ${BUSY}`, timeoutSeconds: 3 });
    expect(output).toBe('Ended by its time limit, after 3 s.\n\nworking');
    const group = await groupOf(folder);
    await eventually(() => groupMembers(group).length === 0, { ms: 3_000 });
  });

  it('is killed with its whole group when the turn is stopped, and only then says so', async () => {
    const folder = await testFolder();
    const stop = new AbortController();
    const running = folder.run('shell', { command: BUSY }, { signal: stop.signal });
    const group = await groupOf(folder);
    const ended = running.catch((error: unknown) => ({ error, left: groupMembers(group) }));
    stop.abort(new Error('stopped'));
    const { error, left } = (await ended) as { error: Error; left: number[] };
    expect(error.message).toBe('stopped');
    // The leader and its child; the watcher may take a moment longer.
    expect(left).not.toContain(group);
    await eventually(() => groupMembers(group).length === 0, { ms: 3_000 });
  });

  it('does not begin when the turn is stopped already', async () => {
    const folder = await testFolder();
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(folder.run('shell', { command: 'touch begun' }, { signal })).rejects.toThrow('stopped');
    await sleep(200);
    expect(existsSync(path.join(folder.root, 'begun'))).toBe(false);
  });

  it('ends with the command, whatever that left in the background', async () => {
    const folder = await testFolder();
    const command = `${BUSY.replace(/; while.*/, '')}; echo started`;
    expect(await folder.run('shell', { command })).toBe('Exit code 0.\n\nstarted');
    // One that has left the group keeps the output open.
    const leave = `require('child_process').spawn('sleep', ['20'], { detached: true, stdio: 'inherit' }).unref()`;
    const started = performance.now();
    await folder.run('shell', { command: `'${process.execPath}' -e "${leave}"` });
    expect(performance.now() - started).toBeLessThan(15_000);
    const group = await groupOf(folder);
    await eventually(() => groupMembers(group).length === 0, { ms: 3_000 });
  });

  it('is a once tool, approved by its command, that no approval of another covers', async () => {
    const { tool } = await testFolder();
    const { effect, approval, grantScope, input, timeoutMs } = tool('shell');
    expect({ effect, approval }).toEqual({ effect: 'once', approval: 'ask' });
    expect(grantScope?.({ command: 'git status -s' })).toBe('git status');
    expect(grantScope?.({ command: 'git status; rm -rf /' })).toBe('git status; rm -rf /');
    for (const wrong of [
      {},
      { command: ' \n' },
      { command: 'x'.repeat(16_001) },
      { command: 'x', timeoutSeconds: 3601 },
    ])
      expect(input.safeParse(wrong).success).toBe(false);
    expect(timeoutMs).toBeGreaterThan(3_600_000);
  });

  it('says what is wrong with its folder', async () => {
    const { outside } = await testFolder();
    await symlink('nowhere', path.join(outside, 'broken'));
    const { run } = await testFolder({}, { root: path.join(outside, 'broken') });
    await expect(run('shell', { command: 'true' })).rejects.toThrow(/^the workspace folder: /);
  });
});
