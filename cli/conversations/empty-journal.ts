import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { databaseFile } from '../home.ts';

/** Temporal deletes a history a moment after the run is not found any more. */
const MOMENT_MS = 1_000;
/** How long another one may be writing. */
const BUSY_MS = 10_000;

/**
 * Has the embedded server's database overwrite what was deleted: until its journal is put into it, which may be long after, it still
 * stands in both. Does nothing where the database is not.
 */
export async function emptyJournal(home: string): Promise<void> {
  const file = databaseFile(home);
  if (!existsSync(file)) return;
  await sleep(MOMENT_MS);
  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(file, { timeout: BUSY_MS });
  try {
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } finally {
    database.close();
  }
}
