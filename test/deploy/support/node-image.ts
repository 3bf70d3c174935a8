import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { runTool } from '../../../cli/run-tool.ts';
import { cacheFolder } from '../../../cli/temporal/cache.ts';
import { createTerminal } from '../../../cli/terminal.ts';
import { lock } from '../../support/lock.ts';
import { buildah } from './buildah.ts';

const DEBIAN = 'bookworm';
const TIMEOUT_MS = 10 * 60_000;

/**
 * Makes, once, an image like Docker's official one of this Node: Debian, Node, npm, and a user `node` with id 1000. It takes a minute;
 * `folder` is where that is done.
 */
export async function nodeImage(folder: string): Promise<void> {
  const name = `docker.io/library/node:${process.versions.node}-${DEBIAN}-slim`;
  const unlock = await lock(path.join(cacheFolder(process.env), 'node-image.lock'));
  const terminal = createTerminal(process.stderr);
  try {
    if ((await buildah('images', '--quiet', '--filter', `reference=${name}`)) !== '') return;
    terminal.progress(`Making an image of Debian ${DEBIAN} and Node`);
    await make(name, folder);
  } finally {
    terminal.settle();
    unlock();
  }
}

async function make(name: string, folder: string): Promise<void> {
  const directory = await mkdtemp(path.join(folder, 'debian-'));
  const tar = path.join(directory, 'node.tar');
  const npm = path.join(execFileSync('npm', ['root', '--global'], { encoding: 'utf8' }).trim(), 'npm');
  const modules = '/usr/local/lib/node_modules';
  const hooks = [
    `copy-in ${process.execPath} /usr/local/bin`,
    `mkdir -p "$1${modules}"`,
    `copy-in ${npm} ${modules}`,
    ...['npm', 'npx'].map((tool) => `ln -s ${modules}/npm/bin/${tool}-cli.js "$1/usr/local/bin/${tool}"`),
    'chroot "$1" useradd --uid 1000 --user-group --create-home node',
  ].map((hook) => `--customize-hook=${hook}`);
  await runTool('mmdebstrap', ['--quiet', '--variant=minbase', ...hooks, DEBIAN, tar], {
    cwd: directory,
    env: process.env,
    stop: AbortSignal.timeout(TIMEOUT_MS),
  });
  const container = await buildah('from', 'scratch');
  await buildah('add', '--quiet', container, tar, '/');
  await buildah('commit', '--quiet', '--rm', container, name);
  await rm(directory, { recursive: true });
}
