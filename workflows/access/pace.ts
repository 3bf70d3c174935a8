import type { DoorState } from '../../contract/state.ts';

/** Commands that one sender may give … */
export const MOST_COMMANDS = 20;
/** … in this time, which begins with the first of them; in ms. */
export const PACE_WINDOW = 10_000;

/** Counts the commands of each sender, so that a flood of them holds up nobody. */
export class Pace {
  #commands: DoorState['commands'];

  constructor(commands: DoorState['commands']) {
    this.#commands = [...commands];
  }

  /** Counts one, and says whether it is one too many. */
  isBeyond(by: string, now: number): boolean {
    this.#commands = this.stateAt(now);
    const before = this.#commands.find((commands) => commands.by === by) ?? {
      count: 0,
      until: now + PACE_WINDOW,
    };
    const others = this.#commands.filter((commands) => commands.by !== by);
    const counted = { ...before, by, count: before.count + 1 };
    this.#commands = [...others, counted];
    return counted.count > MOST_COMMANDS;
  }

  stateAt(now: number): DoorState['commands'] {
    return this.#commands.filter(({ until }) => until > now);
  }
}
