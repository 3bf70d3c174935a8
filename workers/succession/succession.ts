import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Client } from '@temporalio/client';
import { errorMessage } from '@temporalio/common';
import pMap from 'p-map';
import type { NoteAttempt } from '../../activities/note-attempt.ts';
import type { Log } from '../../config/log.ts';
import { makeAgain } from './make-again.ts';
import { type Note, Notes, readNotes } from './notes.ts';
import { isGone, showLife } from './sign-of-life.ts';

/** Differs from machine to machine, and from start to start of each. */
const BOOT_ID = '/proc/sys/kernel/random/boot_id';
const LIFE = '.life';
const NOTES = '.notes';
/** Attempts that are told of at the same time. */
const AT_ONCE = 16;

export interface SuccessionOptions {
  /** The data folder. */
  home: string;
  /** The Temporal server, as this process reaches it. */
  address: string | undefined;
  namespace: string;
  /** Of this process's workers, at Temporal. */
  identity: string;
  log: Log;
}

/**
 * What a worker process leaves for its successor on this machine in case it is killed, and what it does for those before it: their
 * attempts need not wait for a heartbeat timeout. In the data folder each process has a sign of life and its notes.
 */
export class Succession {
  readonly #folder: string;
  /** Of files of processes that are like this one: of the same machine since its start, at the same namespace. */
  readonly #prefix: string;
  readonly #own: string;
  readonly #notes: Notes;
  readonly #log: Log;

  private constructor(folder: string, prefix: string, own: string, { identity, log }: SuccessionOptions) {
    this.#folder = folder;
    this.#prefix = prefix;
    this.#own = own;
    this.#notes = new Notes(path.join(folder, own + NOTES), identity);
    this.#log = log;
  }

  /** Undefined where a file cannot tell of a life: where there is no data folder to write to, and elsewhere than on Linux. */
  static async begin(options: SuccessionOptions): Promise<Succession | undefined> {
    const { home, address, namespace, log } = options;
    try {
      const like = [readFileSync(BOOT_ID, 'utf8'), address, namespace];
      const prefix = createHash('sha256').update(JSON.stringify(like)).digest('hex').slice(0, 12);
      const own = `${prefix}-${randomUUID()}`;
      const directory = path.join(home, 'run', 'attempts');
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      // The path of a socket may have no more than 107 bytes.
      const folder = `/proc/self/fd/${openSync(directory, 'r')}`;
      await showLife(path.join(folder, own + LIFE));
      return new Succession(folder, prefix, own, options);
    } catch (error) {
      log.debug({ reason: errorMessage(error) }, 'nothing is left for a successor');
      return undefined;
    }
  }

  get note(): NoteAttempt {
    return this.#notes.note;
  }

  /** Has the attempts of those made again that are gone. Never throws. */
  async succeed(client: Client): Promise<void> {
    try {
      const others = readdirSync(this.#folder)
        .filter((file) => file.startsWith(this.#prefix) && file.endsWith(LIFE))
        .map((file) => file.slice(0, -LIFE.length))
        .filter((name) => name !== this.#own);
      for (const name of others)
        if (await isGone(path.join(this.#folder, name + LIFE))) await this.#takeOver(client, name);
    } catch (error) {
      this.#log.debug({ reason: errorMessage(error) }, 'nothing is known of those before');
    }
  }

  /** At an orderly end. */
  end(): void {
    this.#remove(this.#own);
  }

  async #takeOver(client: Client, name: string): Promise<void> {
    const notes = readNotes(path.join(this.#folder, name + NOTES));
    let again = 0;
    const tell = async (note: Note) => {
      try {
        if (await makeAgain(client, note)) again += 1;
      } catch (error) {
        // Its heartbeat timeout does the same.
        this.#log.debug({ reason: errorMessage(error), ...note }, 'an attempt could not be made again');
      }
    };
    await pMap(notes, tell, { concurrency: AT_ONCE });
    this.#remove(name);
    if (again > 0) this.#log.info({ attempts: again }, 'a worker was killed; what it did is done again');
  }

  #remove(name: string): void {
    // Without a sign of life, nobody looks for notes.
    for (const kind of [NOTES, LIFE]) rmSync(path.join(this.#folder, name + kind), { force: true });
  }
}
