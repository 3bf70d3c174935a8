import { readFile } from 'node:fs/promises';
import path from 'node:path';
import satisfies from 'spdx-satisfies';

/** Licences that ask for no more than their notice. CC-BY-4.0 is a licence of data: of browsers' versions, which webpack knows. */
const ALLOWED = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC-BY-4.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'Unlicense',
];
/** Packages whose package.json does not name the licence that comes with them. */
const KNOWN: Record<string, string> = { unionfs: 'Unlicense' };

interface Locked {
  license?: string;
  dev?: boolean;
  link?: boolean;
  optional?: boolean;
}

/** The packages that run in production under another licence than these, by the lock file of `root`: `name: licence`. */
export async function foreignLicences(root: string): Promise<string[]> {
  const lock = JSON.parse(await readFile(path.join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Locked>;
  };
  const foreign: string[] = [];
  for (const [place, locked] of Object.entries(lock.packages)) {
    if (place === '' || locked.dev || locked.link) continue;
    const name = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const licence = locked.license ?? KNOWN[name] ?? (await installedLicence(root, place));
    // A package for another kind of machine is not here to be read; its like for this one is.
    if (licence === undefined && locked.optional) continue;
    if (licence === undefined || !isAllowed(licence)) foreign.push(`${name}: ${licence ?? 'none'}`);
  }
  return foreign;
}

async function installedLicence(root: string, place: string): Promise<string | undefined> {
  const manifest = await readFile(path.join(root, place, 'package.json'), 'utf8').catch(() => '{}');
  return (JSON.parse(manifest) as { license?: string }).license;
}

function isAllowed(licence: string): boolean {
  try {
    return satisfies(licence, ALLOWED);
  } catch {
    return false;
  }
}
