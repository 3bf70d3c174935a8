import { setTimeout as sleep } from 'node:timers/promises';
import type { Child } from './child.ts';

/** A supervisor starts what was killed again after this long. */
const RESTART_MS = 50;

/** A place for one process: when it ends it is started again, as any supervisor would. */
export class Slot {
  readonly name: string;
  readonly #run: () => Child;
  readonly #mayCrash: boolean;
  #child: Child;
  #held: PromiseWithResolvers<void> | undefined;
  #closed = false;
  readonly #supervised: Promise<void>;
  /** Ends of it that nobody ordered, with its last words. */
  readonly crashes: string[] = [];
  #ordered = new WeakSet<Child>();

  /** `mayCrash`: it ends by itself when it is started before what it needs, which is nothing to tell. */
  constructor(name: string, run: () => Child, { mayCrash = false } = {}) {
    this.name = name;
    this.#run = run;
    this.#mayCrash = mayCrash;
    this.#child = run();
    this.#supervised = this.#supervise();
  }

  get child(): Child {
    return this.#child;
  }

  /** SIGKILL. False if there is nothing to kill at the moment. */
  async kill(): Promise<boolean> {
    const child = this.#child;
    if (child.ended) return false;
    this.#ordered.add(child);
    await child.kill();
    return true;
  }

  async pause(ms: number): Promise<void> {
    const child = this.#child;
    child.signal('SIGSTOP');
    await sleep(ms);
    if (!child.ended) child.signal('SIGCONT');
  }

  /** What is killed stays down until {@link release}. */
  hold(): void {
    this.#held ??= Promise.withResolvers();
  }

  release(): void {
    this.#held?.resolve();
    this.#held = undefined;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.release();
    await this.kill();
    await this.#supervised;
  }

  async #supervise(): Promise<void> {
    while (!this.#closed) {
      await this.#child.gone;
      if (!this.#ordered.has(this.#child) && !this.#mayCrash)
        this.crashes.push(this.#child.output.slice(-4_000));
      await sleep(RESTART_MS);
      await this.#held?.promise;
      if (!this.#closed) this.#child = this.#run();
    }
  }
}
