import { execFile } from 'node:child_process';
import path from 'node:path';
import { PROJECT } from './build.ts';

/** Runs a `holdfast` command to its end; `build` is the root of the sources. */
export function runCli(
  args: string[],
  env: Record<string, string>,
  build = PROJECT,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const options = { env: { PATH: process.env['PATH'], ...env }, timeout: 60_000 };
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [path.join(build, 'cli', 'holdfast.ts'), ...args],
      options,
      (_, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}
