import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { lineMatcher, type Wanted } from './line-matcher.ts';
import { filesBelow } from './walk.ts';

/** What to go through, and what to look for. */
export interface ScanJob {
  /** Real path of a folder, or of the only file. */
  place: string;
  /** What paths are told relative to. */
  root: string;
  /** Only files whose path in the folder matches. */
  glob?: string;
  /** Lines of files; the files themselves if not given. */
  wanted?: Wanted;
}

/** What the thread says: a line for the model, and at the end a note if it left something out. */
export type ScanReport = { line: string } | { end: string | undefined };

/** Characters of what was found that the model gets. */
const MOST = 48_000;
const MAX_FILE_BYTES = 4_000_000;
const MAX_LINE = 300;

const job = workerData as ScanJob;
let tooLarge = 0;
tell({ end: report() });

function tell(said: ScanReport): void {
  (parentPort as MessagePort).postMessage(said, []);
}

/** Tells what is found as it is found. Returns a note on what is left out. */
function report(): string | undefined {
  let room = MOST;
  for (const line of found()) {
    room -= line.length + 1;
    if (room < 0) return 'There is more; look for something narrower.';
    tell({ line });
  }
  return tooLarge > 0 ? `${tooLarge} files over ${MAX_FILE_BYTES / 1e6} MB were not looked into.` : undefined;
}

function* found(): Generator<string> {
  for (const file of files()) {
    const shown = path.relative(job.root, file);
    if (!job.wanted) yield shown;
    else for (const line of matches(file, job.wanted)) yield `${shown}:${line}`;
  }
}

function* files(): Generator<string> {
  const { place, glob } = job;
  if (statSync(place).isFile()) return yield place;
  for (const file of filesBelow(place))
    if (glob === undefined || path.matchesGlob(file, glob)) yield path.join(place, file);
}

/** `12: the line`, cut around what was found. Nothing of what is no text. */
function* matches(file: string, wanted: Wanted): Generator<string> {
  const find = lineMatcher(wanted);
  for (const [index, line] of (textOf(file) ?? '').split('\n').entries()) {
    const at = find(line);
    if (at < 0) continue;
    const from = Math.max(0, at - MAX_LINE / 3);
    yield `${index + 1}: ${line
      .slice(line.length > MAX_LINE ? from : 0)
      .slice(0, MAX_LINE)
      .trimEnd()
      .toWellFormed()}`;
  }
}

function textOf(file: string): string | undefined {
  try {
    if (statSync(file).size > MAX_FILE_BYTES) {
      tooLarge += 1;
      return undefined;
    }
    const bytes = readFileSync(file);
    return bytes.includes(0) ? undefined : bytes.toString();
  } catch {
    return undefined;
  }
}
