import type { World } from './world.ts';

interface Message {
  conversation: string;
  /** Its own, for a repeat to be recognised. */
  id: string;
  text: string;
}

/** A program that takes messages by HTTP, does the four steps (model, tool, model, delivery) and keeps its promise for them. */
export interface System {
  name: string;
  /** A message that has it run a tool as it runs most, where it has a faster way for some. */
  ordinary?: string;
  /** Resolves when the message is acknowledged (2xx); throws otherwise. */
  send(message: Message): Promise<void>;
  /** Pids by role, for what each costs. */
  processes(): Record<string, number[]>;
  close(): Promise<void>;
}

export interface SystemOptions {
  world: World;
  /** A folder for what it writes. */
  scratch: string;
}

/** Why a system is not there; it is left out of the run with this word. */
export class NotInstalled extends Error {
  override name = 'NotInstalled';
}

/** Starts a system and waits until it takes messages. Throws {@link NotInstalled} with the command that installs it. */
export type StartSystem = (options: SystemOptions) => Promise<System>;
