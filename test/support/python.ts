import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { runTool } from '../../cli/run-tool.ts';
import { cacheFolder, intoCache } from '../../cli/temporal/cache.ts';
import { createTerminal } from '../../cli/terminal.ts';
import { lock } from './lock.ts';

const TIMEOUT_MS = 9 * 60_000;

/** What a test says that is skipped because there is no Python. */
export const NO_PYTHON = 'there is no Python 3.10 or newer with venv: apt-get install python3-venv';

/** `python3`, if it can make a virtual environment; undefined if not, and an error where tests must not be skipped (CI=true). */
export function findPython(): string | undefined {
  try {
    const check = 'import ensurepip, venv, sys; sys.exit(sys.version_info < (3, 10))';
    execFileSync('python3', ['-c', check], { stdio: 'ignore' });
    return 'python3';
  } catch {
    if (process.env.CI === 'true') throw new Error(NO_PYTHON);
    return undefined;
  }
}

/**
 * Installs from PyPI what a file of requirements names, each at an exact version, into a virtual environment in a cache outside the
 * tree, once. Returns its Python.
 */
export async function installRequirements(
  python: string,
  requirementsFile: string,
  name: string,
): Promise<string> {
  const requirements = readFileSync(requirementsFile, 'utf8');
  // An environment is of one Python: another, and other requirements, have one of their own.
  const which = execFileSync(python, ['-c', 'import sys; print(sys.version, sys.base_prefix)'], {
    encoding: 'utf8',
  });
  const fingerprint = createHash('sha256').update(requirements).update(which).digest('hex').slice(0, 8);
  const target = path.join(cacheFolder(process.env), `${name.replaceAll(' ', '-')}-${fingerprint}`);
  const installed = path.join(target, 'bin', 'python');
  if (existsSync(installed)) return installed;

  const unlock = await lock(`${target}.lock`);
  try {
    if (!existsSync(installed)) await install(python, requirementsFile, { target, name });
  } finally {
    unlock();
  }
  return installed;
}

async function install(
  python: string,
  requirementsFile: string,
  { target, name }: { target: string; name: string },
): Promise<void> {
  const terminal = createTerminal(process.stderr);
  terminal.progress(`Installing ${name}`);
  try {
    await intoCache(target, (directory) => makeEnvironment(python, requirementsFile, directory));
  } catch (error) {
    throw new Error(`${name} could not be installed from PyPI: ${(error as Error).message}`, {
      cause: error,
    });
  } finally {
    terminal.settle();
  }
}

/** It is moved afterwards: what it has as scripts does not survive that, its `python -m` does. */
async function makeEnvironment(python: string, requirementsFile: string, directory: string): Promise<string> {
  const environment = path.join(directory, 'venv');
  const options = { cwd: directory, env: process.env, stop: AbortSignal.timeout(TIMEOUT_MS) };
  await runTool(python, ['-m', 'venv', environment], options);
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps'];
  await runTool(path.join(environment, 'bin', 'python'), [...pip, '-r', requirementsFile], options);
  return environment;
}
