import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, inject, it, onTestFinished } from 'vitest';
import { spawnGuarded } from '../../tools/spawn-guarded.ts';
import { Child } from '../support/child.ts';
import { eventually } from '../support/eventually.ts';
import { groupMembers } from '../support/process-group.ts';

const module = fileURLToPath(new URL('../../tools/spawn-guarded.ts', import.meta.url));
/** Does not end by itself while a test runs, and is not ended by a polite word. */
const STUBBORN = 'trap "" TERM HUP INT; for i in $(seq 600); do sleep 0.1; done';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(inject('scratch'), 'guarded-'));
});

/** The group of a script, once it has written it to the file `group`, which is also when it is under way. */
function groupOf(): Promise<number> {
  const read = async () => Number(await readFile(path.join(folder, 'group'), 'utf8')) || undefined;
  return eventually(read, { what: 'the script says its group' });
}

/** A process of its own that runs a script guarded, and then some code. */
function parentOf(script: string, then = ''): Child {
  const code = `
    import { spawnGuarded } from ${JSON.stringify(module)};
    const { stdout } = spawnGuarded('sh', ['-c', ${JSON.stringify(script)}], { cwd: ${JSON.stringify(folder)} });
    stdout.resume();
    setTimeout(() => {}, 60_000);
    process.on('SIGTERM', () => process.exit(0));
    ${then}
  `;
  const parent = new Child(process.execPath, ['--input-type=module', '-e', code], { PATH: process.env.PATH });
  onTestFinished(() => parent.kill());
  return parent;
}

describe('a guarded process whose parent is gone', () => {
  it.each<[string, string, number]>([
    ['by itself', `echo $$ > group; ${STUBBORN}`, 2],
    [
      'with a grandchild in the background',
      `(${STUBBORN}) & (${STUBBORN}) & echo $$ > group; ${STUBBORN}`,
      4,
    ],
    [
      'with one whose own parent has ended',
      `sh -c '(${STUBBORN}) & echo $! > orphan'; echo $$ > group; ${STUBBORN}`,
      3,
    ],
    ['with one that is stopped', `sleep 600 & kill -STOP $!; echo $$ > group; ${STUBBORN}`, 3],
    ['stopped itself', `echo $$ > group; kill -STOP $$; ${STUBBORN}`, 2],
    [
      'after a signal to its whole group',
      `trap "" TERM HUP; kill 0; kill -HUP 0; echo $$ > group; ${STUBBORN}`,
      2,
    ],
  ])('is killed %s', async (_, script, atLeast) => {
    const parent = parentOf(script);
    const group = await groupOf();
    await eventually(() => groupMembers(group).length >= atLeast);
    await parent.kill('SIGKILL');
    await eventually(() => groupMembers(group).length === 0, { ms: 5_000, what: 'nobody is left' });
  });

  it('is killed however soon after its start the parent dies', async () => {
    const die = (ms: number) => {
      const kill = `process.kill(process.pid, 'SIGKILL')`;
      return parentOf(`: ${folder}; ${STUBBORN}`, ms < 0 ? kill : `setTimeout(() => ${kill}, ${ms})`);
    };
    for (const ms of [-1, 0, 1, 2, 4, 8, 16, 32]) {
      const parent = die(ms);
      await eventually(() => parent.ended);
    }
    const isLeft = () => execFileSync('ps', ['-A', '-o', 'args=']).includes(folder);
    await eventually(() => !isLeft(), { ms: 5_000, what: 'nobody is left' });
  });

  it('is killed when the parent exits', async () => {
    const parent = parentOf(`(${STUBBORN}) & echo $$ > group; ${STUBBORN}`);
    const group = await groupOf();
    expect(groupMembers(group).length).toBeGreaterThan(1);
    await parent.kill('SIGTERM');
    await eventually(() => groupMembers(group).length === 0, { ms: 5_000, what: 'nobody is left' });
  });
});

describe('a guarded process', () => {
  const sh = (script: string) => spawnGuarded('sh', ['-c', script], { cwd: folder });

  it('gets its arguments, environment and input as they are, and tells how it ended', async () => {
    const args = ['-c', 'cat; printf "[%s]" "$@"; echo "$A" >&2; exit 7', 'sh', 'a b', '$(id)', '"'];
    const { stdin, stdout, stderr, ended } = spawnGuarded('sh', args, { env: { ...process.env, A: 'x' } });
    stdin.end('in ');
    expect(await Promise.all([text(stdout), text(stderr), ended])).toEqual([
      'in [a b][$(id)]["]',
      'x\n',
      { code: 7, signal: null },
    ]);
  });

  it('takes what it left in the background with it', async () => {
    await sh(`(${STUBBORN}) & echo $$ > group`).ended;
    const group = await groupOf();
    await eventually(() => groupMembers(group).length === 0, { ms: 5_000, what: 'nobody is left' });
  });

  it.each([
    ['', `(${STUBBORN}) & echo $$ > group; ${STUBBORN}`],
    [' although all of it is stopped', `(${STUBBORN}) & echo $$ > group; kill -STOP 0; ${STUBBORN}`],
  ])('is killed with its group%s', async (_, script) => {
    const { ended, kill } = sh(script);
    const group = await groupOf();
    kill();
    expect(await ended).toEqual({ code: null, signal: 'SIGKILL' });
    await eventually(() => groupMembers(group).length === 0, { ms: 5_000, what: 'nobody is left' });
    kill();
  });

  it('throws where no more files can be opened, and its parent lives', async () => {
    const code = `
      import { openSync } from 'node:fs';
      import { spawnGuarded } from ${JSON.stringify(module)};
      await spawnGuarded('true', []).ended;
      try { for (;;) openSync('/dev/null'); } catch {}
      try { spawnGuarded('true', []); } catch ({ message }) { setTimeout(() => console.log(message), 100); }
    `;
    const limited = [
      '-c',
      'ulimit -n 60; exec "$@"',
      'sh',
      process.execPath,
      '--input-type=module',
      '-e',
      code,
    ];
    const parent = new Child('sh', limited, { PATH: process.env.PATH });
    await eventually(() => parent.ended);
    expect(parent.output).toBe('true could not be started: too many open files\n');
  });

  it('rejects when it cannot be started', async () => {
    await expect(spawnGuarded('true', [], { cwd: path.join(folder, 'nowhere') }).ended).rejects.toThrow(
      'ENOENT',
    );
  });
});
