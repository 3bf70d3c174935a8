import { type ChildName, pidFile } from './home.ts';
import { reportsOf } from './supervisor/reports.ts';
import type { ChildSpec } from './supervisor/run-child.ts';
import { type Supervised, supervise } from './supervisor/supervise.ts';
import type { Terminal } from './terminal.ts';

/** A process that is to be kept running. */
export interface ProcessPlan extends Omit<ChildSpec, 'pidFile'> {
  name: ChildName;
}

/** The processes of a data folder, kept running. */
export class Group {
  readonly #home: string;
  readonly #terminal: Terminal;
  readonly #batches: Supervised[][] = [];

  constructor(home: string, terminal: Terminal) {
    this.#home = home;
    this.#terminal = terminal;
  }

  get isEmpty(): boolean {
    return this.#batches.length === 0;
  }

  /** Starts these processes, which may need those of an earlier call. */
  start(plans: readonly ProcessPlan[]): Supervised[] {
    const batch = plans.map(({ name, ...spec }) =>
      supervise({ ...spec, pidFile: pidFile(this.#home, name) }, reportsOf(name, this.#terminal)),
    );
    this.#batches.push(batch);
    return batch;
  }

  /** Ends them all, the latest first, so that none misses what it needs. */
  async stop(): Promise<void> {
    for (const batch of this.#batches.toReversed()) await Promise.all(batch.map((one) => one.stop()));
  }
}
