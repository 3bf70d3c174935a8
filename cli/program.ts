import tab from '@bomb.sh/tab/commander';
import { Command, Help } from 'commander';
import { addApprovalsCommands } from './commands/approvals.ts';
import { addChatCommand } from './commands/chat.ts';
import { addCheckCommands } from './commands/check.ts';
import type { Cli } from './commands/cli.ts';
import { addConversationsCommands } from './commands/conversations.ts';
import { addImportCommands } from './commands/import.ts';
import { addPairCommands } from './commands/pair.ts';
import { addPlatformCommands } from './commands/platforms.ts';
import { addRunCommands } from './commands/run.ts';
import { addSchedulesCommands } from './commands/schedules.ts';
import { addVersionCommands } from './commands/version.ts';

const MORE = `\`holdfast <command> --help\` tells more of one; docs/cli.md has examples.
It is configured by environment variables and holdfast.config.ts; see the README.`;

const COMPLETION = 'completion';

/** The command line. What a command does is loaded when it is given: gateways and workers must start soon. */
export function createProgram(cli: Cli): Command {
  const program = new Command('holdfast')
    .description('a durable gateway between chat platforms and AI agents')
    .configureHelp({
      formatHelp: (command, helper) =>
        command.parent ? Help.prototype.formatHelp.call(helper, command, helper) : overviewOf(command),
    })
    .showHelpAfterError();
  addRunCommands(program, cli);
  addChatCommand(program, cli);
  addConversationsCommands(program, cli);
  addApprovalsCommands(program, cli);
  addSchedulesCommands(program, cli);
  addPairCommands(program, cli);
  addCheckCommands(program, cli);
  addVersionCommands(program, cli);
  addImportCommands(program, cli);
  addPlatformCommands(program, cli);
  tab(program, { completionCommandName: COMPLETION });
  program.commands
    .find((command) => command.name() === COMPLETION)
    ?.description('print what makes your shell complete these commands');
  // Of one command its own help, but here what is meant would be lost among all the others.
  return program.showHelpAfterError('`holdfast help` lists all commands.');
}

/** Every command that does something, without those that only group others. */
export function commandsOf(command: Command): Command[] {
  const { commands } = command;
  // Those that are shown, without the `help` that each group has of itself.
  const shown = command
    .createHelp()
    .visibleCommands(command)
    .filter((one) => commands.includes(one));
  return commands.length > 0 ? shown.flatMap(commandsOf) : [command];
}

/** How a command is written: `holdfast schedules remove <id>`. */
export function lineOf(command: Command): string {
  const path = [];
  for (let one: Command | null = command; one; one = one.parent) path.unshift(one.name());
  const given = command.registeredArguments.map((one) =>
    one.required ? `<${one.name()}>` : `[${one.name()}]`,
  );
  return [...path, ...given].join(' ');
}

function overviewOf(program: Command): string {
  const rows = commandsOf(program).map((command) => [lineOf(command), command.description()] as const);
  const width = Math.max(...rows.map(([line]) => line.length));
  const lines = rows.map(([line, does]) => `  ${line.padEnd(width)}  ${does}`);
  return [`${program.name()}: ${program.description()}`, '', ...lines, '', MORE, ''].join('\n');
}
