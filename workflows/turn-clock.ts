/** The time that a turn has, which stands still while it waits for a person. */
export class TurnClock {
  #deadline: number;
  #waiting = 0;
  #since = 0;

  constructor(seconds: number) {
    this.#deadline = Date.now() + seconds * 1000;
  }

  get remainingMs(): number {
    return this.#deadline - (this.#waiting > 0 ? this.#since : Date.now());
  }

  /** Waits for something that does not count. Several may wait at the same time. */
  async notCounting<T>(wait: () => Promise<T>): Promise<T> {
    if (this.#waiting === 0) this.#since = Date.now();
    this.#waiting += 1;
    try {
      return await wait();
    } finally {
      this.#waiting -= 1;
      if (this.#waiting === 0) this.#deadline += Date.now() - this.#since;
    }
  }
}
