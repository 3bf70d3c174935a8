/** For those who wait for something to happen: what happens is told to the first of them whom it fits. */
export class Moments<T> {
  readonly #waiting = new Set<{
    fits: (happened: T) => boolean;
    resolve: (happened: T | undefined) => void;
  }>();

  /** Resolves with what next fits, or with undefined after `ms`: who has given up takes nothing from the others. */
  async next(fits: (happened: T) => boolean, ms: number): Promise<T | undefined> {
    const { promise, resolve } = Promise.withResolvers<T | undefined>();
    const waiting = { fits, resolve };
    this.#waiting.add(waiting);
    const timer = setTimeout(() => resolve(undefined), ms);
    return promise.finally(() => {
      clearTimeout(timer);
      this.#waiting.delete(waiting);
    });
  }

  tell(happened: T): void {
    for (const waiting of this.#waiting) {
      if (!waiting.fits(happened)) continue;
      this.#waiting.delete(waiting);
      return waiting.resolve(happened);
    }
  }
}
