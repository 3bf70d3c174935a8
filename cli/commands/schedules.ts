import type { Command } from 'commander';
import { type Cli, JSON_OPTION, type JsonOption, say } from './cli.ts';

export function addSchedulesCommands(program: Command, cli: Cli): void {
  const schedules = program.command('schedules').description('schedules and reminders');
  schedules
    .command('list', { isDefault: true })
    .description('the schedules and reminders of all conversations')
    .option(...JSON_OPTION)
    .action(
      say(cli, async ({ json }: JsonOption) =>
        (await import('../schedules.ts')).listSchedules(cli.env, json === true),
      ),
    );
  schedules
    .command('remove')
    .description('remove one')
    .argument('<id>', 'as the list tells it')
    .action(say(cli, async (id: string) => (await import('../schedules.ts')).removeSchedule(cli.env, id)));
}
