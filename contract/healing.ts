import { defineSignal } from '@temporalio/workflow';
import type { DelegatedTask } from './task.ts';

/**
 * Messages that are not run (again), because that makes the workflow or its worker die each time, or because they were answered in
 * a part of the history that was given up.
 */
export interface Healed {
  /** Their event ids. */
  answers: string[];
  /** The turn that they began, if they had begun one. */
  turn?: number;
  /** What was said to them; without it they are given up, and their sender is told so. */
  said?: string;
  /** The platform's ids of the messages in which that was shown, if all of it was. */
  shown?: string[];
  /** Tools that acted, and whose result is lost. */
  unknown?: string[];
}

/** What a conversation must know to go on after it could not. Told a second time, it changes nothing. */
export interface Healing {
  /** By their turns, in their order. */
  healed: Healed[];
  /** Turns that had begun and are run again: something of their reply may already be seen. */
  again: number[];
  /** Tasks that were delegated meanwhile, and will report. */
  tasks: DelegatedTask[];
}

export const heal = defineSignal<[Healing]>('heal');
