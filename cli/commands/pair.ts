import type { Command } from 'commander';
import { type Cli, JSON_OPTION, type JsonOption, say } from './cli.ts';

export function addPairCommands(program: Command, cli: Cli): void {
  const pair = program.command('pair').description('who may talk to the agent');
  pair
    .command('list', { isDefault: true })
    .description('who waits to be let in, and who was')
    .option(...JSON_OPTION)
    .action(
      say(cli, async ({ json }: JsonOption) =>
        (await import('../pair.ts')).listPairings(cli.env, json === true),
      ),
    );
  pair
    .command('approve')
    .description('let in who was given the code')
    .argument('<code>', 'as they told it to you')
    .option('--role <role>', 'user, approver or owner', 'user')
    .action(
      say(cli, async (code: string, { role }: { role: string }) =>
        (await import('../pair.ts')).approvePairing(cli.env, code, role),
      ),
    );
  pair
    .command('revoke')
    .description('let somebody in no more')
    .argument('<identity>', 'for instance telegram:123456')
    .action(
      say(cli, async (identity: string) => (await import('../pair.ts')).revokePairing(cli.env, identity)),
    );
}
