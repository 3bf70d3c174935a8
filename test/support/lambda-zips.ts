import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import { PROJECT } from './build.ts';

const ARCH = process.arch === 'arm64' ? 'arm64' : 'x86_64';

/** Runs `npm run build:lambda` of these sources for this machine, with the config of the tests; returns what it printed. */
export async function buildLambda(out: string, sources = PROJECT): Promise<string> {
  const build = path.join(sources, 'deploy', 'lambda', 'build.ts');
  const config = path.join(sources, 'test', 'support', 'holdfast.config.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [build, '--out', out, '--arch', ARCH], {
    cwd: out,
    env: { PATH: process.env.PATH, HOLDFAST_CONFIG: config },
  });
  return stdout;
}

/** Unpacks `{out}/{name}.zip` into an empty folder, as Lambda does, and returns that. */
export async function unpacked(out: string, name: 'gateway' | 'worker'): Promise<string> {
  const root = await mkdtemp(path.join(out, `${name}-`));
  for (const [file, bytes] of Object.entries(unzipSync(await readFile(path.join(out, `${name}.zip`))))) {
    await mkdir(path.dirname(path.join(root, file)), { recursive: true });
    await writeFile(path.join(root, file), bytes);
  }
  return root;
}
