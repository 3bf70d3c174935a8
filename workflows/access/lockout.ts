const MINUTE = 60_000;
/** Wrong codes in this time … */
const WINDOW = 15 * MINUTE;
const MOST_WRONG = 5;
/** … and none is taken for so long. */
const LOCKED = 60 * MINUTE;

/** Wrong codes by who tried them, in ms since the epoch. */
export type LockoutState = { by: string; at: number[]; lockedUntil?: number }[];

/** Who tries code after code is locked out. */
export class Lockout {
  #tries: LockoutState;

  constructor(tries: LockoutState) {
    this.#tries = [...tries];
  }

  get state(): LockoutState {
    return this.#tries;
  }

  /** Until when no code is taken from them, if that is so. */
  until(by: string, now: number): number | undefined {
    const { lockedUntil = 0 } = this.#tries.find((tries) => tries.by === by) ?? {};
    return lockedUntil > now ? lockedUntil : undefined;
  }

  /** They tried a wrong one. */
  wrong(by: string, now: number): { outcome: 'wrong'; left: number } | { outcome: 'locked'; until: number } {
    const before = this.#tries.find((tries) => tries.by === by);
    const at = [...(before?.at ?? []).filter((time) => time > now - WINDOW), now];
    const until = now + LOCKED;
    const locked = at.length >= MOST_WRONG;
    const others = this.#tries.filter((tries) => tries.by !== by && !isOver(tries, now));
    this.#tries = [...others, locked ? { by, at: [], lockedUntil: until } : { by, at }];
    return locked ? { outcome: 'locked', until } : { outcome: 'wrong', left: MOST_WRONG - at.length };
  }

  /** They knew one. */
  right(by: string): void {
    this.#tries = this.#tries.filter((tries) => tries.by !== by);
  }
}

function isOver({ at, lockedUntil = 0 }: LockoutState[number], now: number): boolean {
  return lockedUntil <= now && at.every((time) => time <= now - WINDOW);
}
