import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readPid } from '../../cli/processes.ts';
import { supervise } from '../../cli/supervisor/supervise.ts';
import { isAlive, temporaryFolder, until } from './processes.ts';

/** Supervises a script until the test ends. */
function watch(script: string) {
  const folder = temporaryFolder();
  const pidFile = path.join(folder, 'child.pid');
  const output: string[] = [];
  const restarts: { reason: string; pauseMs: number }[] = [];
  writeFileSync(path.join(folder, 'child.mjs'), script);
  const child = supervise(
    {
      command: process.execPath,
      args: [path.join(folder, 'child.mjs')],
      env: { ...process.env, FOLDER: folder },
      pidFile,
      kind: 'ipc',
    },
    {
      output: (line) => output.push(line),
      restarting: (reason, pauseMs) => restarts.push({ reason, pauseMs }),
    },
  );
  onTestFinished(() => child.stop());
  return { child, folder, output, restarts, pidFile, pid: () => readPid(pidFile) };
}

const STAYS = 'console.log("up"); setInterval(() => {}, 1000);';

test('what is killed runs again within a second, also the third time', async () => {
  const { pid, output, restarts } = watch(STAYS);
  for (let times = 1; times <= 3; times++) {
    await until(() => output.length === times);
    const before = pid();
    process.kill(before as number, 'SIGKILL');
    await until(() => pid() !== before && isAlive(pid()), 1000);
  }
  expect(restarts).toEqual([0, 100, 100].map((pauseMs) => ({ reason: 'SIGKILL', pauseMs })));
});

test('what keeps failing is retried with a growing pause, and says why', async () => {
  const { restarts } = watch('throw new RangeError("no such thing");');
  await until(() => restarts.length >= 5);
  expect(restarts.slice(0, 5).map(({ pauseMs }) => pauseMs)).toEqual([0, 200, 400, 800, 1000]);
  expect(restarts[0]?.reason).toBe('exit code 1: RangeError: no such thing');
});

test('what says that its configuration is wrong is not tried again for a minute', async () => {
  const { restarts } = watch('console.error("fatal error: the token is wrong"); process.exit(78);');
  await until(() => restarts.length >= 1);
  expect(restarts).toEqual([{ reason: 'exit code 78: fatal error: the token is wrong', pauseMs: 60_000 }]);
});

test('a command that is not there is retried too', async () => {
  const restarts: string[] = [];
  const pidFile = path.join(temporaryFolder(), 'child.pid');
  const child = supervise(
    { command: '/no/such/command', args: [], env: {}, pidFile, kind: 'quiet' },
    { output: () => {}, restarting: (reason) => restarts.push(reason) },
  );
  onTestFinished(() => child.stop());
  await until(() => restarts.length >= 2);
  expect(restarts[0]).toContain('ENOENT');
});

test('stop ends it for good and removes the pid file, even when it ignores SIGTERM', async () => {
  const { child, pid, output, restarts, pidFile } = watch(`process.on('SIGTERM', () => {}); ${STAYS}`);
  await until(() => output.length === 1);
  const before = pid();
  await child.stop();
  expect(isAlive(before)).toBe(false);
  expect(existsSync(pidFile)).toBe(false);
  expect(restarts).toEqual([]);
});

test('restart replaces it without a word', async () => {
  const { child, pid, output, restarts } = watch(STAYS);
  await until(() => output.length === 1);
  const before = pid();
  await child.restart();
  await until(() => output.length === 2);
  expect(pid()).not.toBe(before);
  expect(restarts).toEqual([]);
});

test('what a killed process had started is ended too', async () => {
  const { folder, pid } = watch(`
    import { spawn } from 'node:child_process';
    import { writeFileSync } from 'node:fs';
    writeFileSync(process.env.FOLDER + '/orphan', String(spawn('sleep', ['1000']).pid));
    ${STAYS}`);
  const orphan = await until(
    () => existsSync(path.join(folder, 'orphan')) && Number(readFileSync(path.join(folder, 'orphan'))),
  );
  expect(isAlive(orphan)).toBe(true);
  process.kill(await until(pid), 'SIGKILL');
  await until(() => !isAlive(orphan), 2000);
});
