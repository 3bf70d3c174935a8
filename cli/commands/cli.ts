import { InvalidArgumentError } from 'commander';
import type { Terminal } from '../terminal.ts';

/** What every command writes to, and reads its settings from. */
export interface Cli {
  terminal: Terminal;
  /** Where a command that prints data says how it is going: standard error. */
  aside: Terminal;
  env: NodeJS.ProcessEnv;
}

/** The action of a command that says something and is done. */
export function say<Args extends unknown[]>(
  { terminal }: Cli,
  act: (...args: Args) => string | Promise<string>,
): (...args: Args) => Promise<void> {
  return async (...args) => {
    terminal.line(await act(...args));
    // The user's config file may have opened what would keep the process.
    process.exit(0);
  };
}

/** Of every command that prints data. */
export const JSON_OPTION = ['--json', 'as JSON, for programs'] as const;

export interface JsonOption {
  json?: true;
}

/** Reads the value of an option or argument. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}
