import { type Command, Option } from 'commander';
import { REACHES } from '../../contract/approval.ts';
import { type Cli, JSON_OPTION, type JsonOption, say } from './cli.ts';
import { sentText } from './sent-text.ts';

export function addApprovalsCommands(program: Command, cli: Cli): void {
  const { env } = cli;
  const approvals = program.command('approvals').description('calls that wait for an approver');
  approvals
    .command('list', { isDefault: true })
    .description('what waits for an approver, in all conversations')
    .option(...JSON_OPTION)
    .action(
      say(cli, async ({ json }: JsonOption) =>
        (await import('../approvals/list.ts')).listApprovals(env, json === true),
      ),
    );
  approvals
    .command('approve')
    .description('allow a call, as the operator')
    .argument('<request>', 'its id, as the list tells it')
    .addOption(
      new Option('--reach <reach>', 'this call, or all like it in this conversation or always')
        .choices([...REACHES])
        .default('once'),
    )
    .option(...JSON_OPTION)
    .action(
      say(cli, async (request: string, { reach, json }: JsonOption & { reach: string }) => {
        const { approve } = await import('../approvals/decide.ts');
        return sentText(await approve(env, request, reach), json);
      }),
    );
  approvals
    .command('deny')
    .description('refuse a call, as the operator')
    .argument('<request>', 'its id, as the list tells it')
    .option(...JSON_OPTION)
    .action(
      say(cli, async (request: string, { json }: JsonOption) => {
        const { deny } = await import('../approvals/decide.ts');
        return sentText(await deny(env, request), json);
      }),
    );
}
