import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { PROJECT } from '../support/build.ts';

/** One run of a workflow; the history in the JSON of protobuf.js (the SDK's own takes one that npm installs elsewhere). */
export interface Recorded {
  workflowId: string;
  history: { events: unknown[] };
}

const root = path.join(PROJECT, 'test', 'histories');

/** The version of these sources. */
export async function currentRelease(): Promise<string> {
  const { version } = JSON.parse(await readFile(path.join(PROJECT, 'package.json'), 'utf8'));
  return version;
}

/** The releases that were recorded. */
export async function releases(): Promise<string[]> {
  const entries = await readdir(root, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/** The files of a release, named by what they show. */
export async function recordedIn(release: string): Promise<string[]> {
  const names = await readdir(path.join(root, release));
  return names.filter((name) => name.endsWith('.json.gz'));
}

export async function readRecorded(release: string, name: string): Promise<Recorded> {
  return JSON.parse(gunzipSync(await readFile(path.join(root, release, name))).toString());
}

/** Returns the bytes written. */
export async function writeRecorded(release: string, name: string, recorded: Recorded): Promise<number> {
  const folder = path.join(root, release);
  await mkdir(folder, { recursive: true });
  const packed = gzipSync(JSON.stringify(recorded), { level: 9 });
  await writeFile(path.join(folder, name), packed);
  return packed.length;
}
