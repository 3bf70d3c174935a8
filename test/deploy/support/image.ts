import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { onPath } from '../../../cli/temporal/executable.ts';
import { buildah } from './buildah.ts';
import { nodeImage } from './node-image.ts';

/** As the machine's own root, with its network: what is built is trusted. */
const BUILD = ['--isolation=chroot', '--network=host', '--pull-never', '--format=docker', '--quiet'];
const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));

/** A built image: its files, and what the Dockerfile says of how it is run. */
export interface Image {
  root: string;
  config: {
    Env: string[];
    Entrypoint: string[];
    Cmd: string[];
    User: string;
    WorkingDir: string;
    Healthcheck: { Test: string[] };
  };
  remove(): Promise<void>;
}

/** Why no image can be built here, and what to install; undefined if it can. An error where tests must not be skipped (CI=true). */
export function missingOfImages(): string | undefined {
  const lacks = ['buildah', 'mmdebstrap'].some((name) => !onPath(name, process.env.PATH));
  const why = process.getuid?.() === 0 ? lacks && 'apt-get install buildah mmdebstrap' : 'run as root';
  if (why && process.env.CI === 'true') throw new Error(`no image can be built here: ${why}`);
  return why || undefined;
}

/**
 * Builds the Dockerfile with Buildah in `folder`, from what git has of the project and does not ignore, with these files beside. Its
 * base image is made of Debian's packages and npm's Node, because there may be no registry of images.
 */
export async function buildImage(folder: string, files: Record<string, string>): Promise<Image> {
  await nodeImage(folder);
  const context = await mkdtemp(path.join(folder, 'context-'));
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: PROJECT });
  const names = listed.toString().split('\0');
  for (const file of names.filter((name) => name && existsSync(path.join(PROJECT, name)))) {
    mkdirSync(path.dirname(path.join(context, file)), { recursive: true });
    copyFileSync(path.join(PROJECT, file), path.join(context, file));
  }
  for (const [file, content] of Object.entries(files)) writeFileSync(path.join(context, file), content);

  const volumes = npmOutside(folder).flatMap(([from, to]) => ['--volume', `${from}:${to}`]);
  const name = path.basename(context).toLowerCase();
  const dockerfile = path.join(context, 'deploy/docker/Dockerfile');
  await buildah('build', ...BUILD, ...volumes, '--file', dockerfile, '--tag', name, context);
  const container = await buildah('from', '--pull-never', name);
  const { Docker } = JSON.parse(await buildah('inspect', '--type', 'image', name));
  return {
    root: await buildah('mount', container),
    config: Docker.config,
    async remove() {
      await buildah('rm', container);
      await buildah('rmi', name);
    },
  };
}

/** How npm reaches its registry here, and what it has downloaded already: of this machine, not of the image. */
function npmOutside(folder: string): [from: string, to: string][] {
  const setting = (name: string) =>
    execFileSync('npm', ['config', 'get', name], { encoding: 'utf8', cwd: homedir() }).trim();
  const file = path.join(folder, 'npmrc');
  const authority = setting('cafile');
  const isSet = existsSync(authority);
  const lines = [
    `registry=${setting('registry')}`,
    'prefer-offline=true',
    ...(isSet ? ['cafile=/npm-ca.pem'] : []),
  ];
  writeFileSync(file, lines.join('\n'));
  return [
    [file, '/usr/local/etc/npmrc'],
    [setting('cache'), '/root/.npm'],
    ...(isSet ? ([[authority, '/npm-ca.pem']] as [string, string][]) : []),
  ];
}
