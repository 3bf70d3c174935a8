import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { runTool } from '../../../cli/run-tool.ts';
import { cacheFolder } from '../../../cli/temporal/cache.ts';

const TIMEOUT_MS = 10 * 60_000;

/** Runs a command of Buildah, with images of its own in the cache. Returns what it wrote; throws with its last words if it fails. */
export async function buildah(command: string, ...args: string[]): Promise<string> {
  const folder = path.join(cacheFolder(process.env), 'images');
  mkdirSync(folder, { recursive: true });
  const places = ['--root', path.join(folder, 'storage'), '--runroot', path.join(folder, 'run')];
  const output = await runTool('buildah', [...places, command, ...args], {
    cwd: folder,
    env: process.env,
    stop: AbortSignal.timeout(TIMEOUT_MS),
  });
  return output.trim();
}
