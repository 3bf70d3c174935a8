import type { Command } from 'commander';
import { type Cli, JSON_OPTION, type JsonOption, say } from './cli.ts';

export function addImportCommands(program: Command, cli: Cli): void {
  program
    .command('import')
    .description('bring conversations over from elsewhere')
    .command('hermes')
    .description("the sessions of a Hermes Agent's gateway, each as a conversation")
    .argument('<state.db>', "Hermes's database, as a rule ~/.hermes/state.db; it is only read")
    .option('--platform <name>', 'of this platform only')
    .option('--dry-run', 'only say what would be imported')
    .option(...JSON_OPTION)
    .action(
      say(cli, async (file: string, options: { platform?: string; dryRun?: true } & JsonOption) => {
        const { importHermes, importInWords } = await import('../import/hermes/import-hermes.ts');
        const reports = await importHermes(cli.env, file, options, cli.aside);
        return options.json ? JSON.stringify(reports) : importInWords(reports, options.dryRun === true);
      }),
    );
}
