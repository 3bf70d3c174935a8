import type { Command } from 'commander';
import { type Cli, JSON_OPTION, type JsonOption, say } from './cli.ts';

export function addVersionCommands(program: Command, cli: Cli): void {
  const version = program.command('version').description('versions of workers');
  version
    .command('list', { isDefault: true })
    .description('the versions of workers, and which gets the work')
    .option(...JSON_OPTION)
    .action(
      say(cli, async ({ json }: JsonOption) =>
        (await import('../version.ts')).tellVersions(cli.env, json === true),
      ),
    );
  version
    .command('promote')
    .description('send the work to this one, or a share of it')
    .argument('<version>', 'its HOLDFAST_VERSION, or unversioned')
    .option('--ramp <percent>', 'this share of the conversations; 0 takes it back')
    .action(
      say(cli, async (name: string, { ramp }: { ramp?: string }) =>
        (await import('../version.ts')).promoteVersion(cli.env, name, ramp),
      ),
    );
}
