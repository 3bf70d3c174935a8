#!/usr/bin/env node
import { createProgram } from './program.ts';
import { createTerminal } from './terminal.ts';
import { UserError } from './user-error.ts';

const terminal = createTerminal(process.stdout);
const aside = createTerminal(process.stderr);
const { env } = process;
const args = process.argv.slice(2);

try {
  await createProgram({ terminal, aside, env }).parseAsync(args.length === 0 ? ['help'] : args, {
    from: 'user',
  });
} catch (error) {
  aside.settle();
  const { ConfigError } = await import('../config/environment.ts');
  if (error instanceof UserError || error instanceof ConfigError) console.error(error.message);
  else console.error(error);
  process.exit(error instanceof ConfigError ? 78 : 1);
}
