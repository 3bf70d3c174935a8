import { createInterface } from 'node:readline/promises';
import { UserError } from './user-error.ts';

/** Asks on the terminal; only `yes` is a yes. Throws a UserError where nobody can answer. */
export async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new UserError(`${question}\nNobody can be asked here: say --yes.`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(`${question} Type yes: `)).trim() === 'yes';
  } finally {
    terminal.close();
  }
}
