import { zipSync } from 'fflate';
import type { Files } from './files.ts';

const MB = 1024 * 1024;
/** What AWS Lambda takes: as a direct upload, and unpacked. */
const MOST_ZIPPED = 50 * MB;
const MOST_UNZIPPED = 250 * MB;
/** The same bytes whenever the same files are zipped. */
const MTIME = '1980-01-02T00:00:00';

/** A zip, and how large it is, in bytes. */
export interface Zipped {
  zip: Uint8Array;
  unzipped: number;
}

/** Zips files for AWS Lambda. Throws if it would not take them. */
export function zipped(name: string, files: Files): Zipped {
  const sorted = [...files].toSorted(([one], [other]) => (one < other ? -1 : 1));
  const zip = zipSync(Object.fromEntries(sorted), { level: 9, mtime: MTIME });
  const unzipped = sorted.reduce((sum, [, { length }]) => sum + length, 0);
  checkSize(`${name} zipped`, zip.length, MOST_ZIPPED);
  checkSize(`${name} unpacked`, unzipped, MOST_UNZIPPED);
  return { zip, unzipped };
}

/** Throws for what is larger than Lambda allows. */
export function checkSize(what: string, size: number, most: number): void {
  if (size > most) throw new Error(`${what} is ${inMb(size)}, and AWS Lambda takes ${inMb(most)} at most`);
}

export function inMb(bytes: number): string {
  return `${(bytes / MB).toFixed(1)} MB`;
}
