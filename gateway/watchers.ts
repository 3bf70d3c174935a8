import { HttpError } from './errors.ts';

/** Who listens to events, or waits for a reply: each holds a connection, and each conversation a poll at Temporal. */
export class Watchers {
  readonly #most: number;
  #here = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Lets one more in. Returns the function that lets it out, to be called once. Throws a 503 `HttpError` where there is no room. */
  enter(): () => void {
    if (this.#here >= this.#most)
      throw new HttpError(
        503,
        'too_many_watchers',
        `at most ${this.#most} may listen or wait at one gateway; try again later, or at another`,
        { headers: { 'retry-after': '10' } },
      );
    this.#here += 1;
    return () => void (this.#here -= 1);
  }

  /** Lets one more in for as long as this takes. Rejects with the same error. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    const leave = this.enter();
    try {
      return await work();
    } finally {
      leave();
    }
  }
}
