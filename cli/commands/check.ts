import type { Command } from 'commander';
import { type Cli, JSON_OPTION, type JsonOption, say, wholeNumber } from './cli.ts';

/** Commands that say whether all is well. */
export function addCheckCommands(program: Command, cli: Cli): void {
  const { terminal, aside, env } = cli;
  program
    .command('doctor')
    .description('find what is stuck, and why')
    .option(...JSON_OPTION)
    .option('--fix', 'have it go on')
    .action(async ({ json, fix }: JsonOption & { fix?: true }) => {
      const { doctor } = await import('../doctor.ts');
      const { text, well } = await doctor(env, { json: json === true, fix: fix === true });
      terminal.line(text);
      process.exit(well ? 0 : 1);
    });
  program
    .command('replay')
    .description('run the histories of a conversation through the workflow code as it is here')
    .argument('<source>', "a conversation's id, or a file of `conversations export`")
    .option('--inspect [port]', 'the newest run under a debugger, which stops where it begins', wholeNumber)
    .option(...JSON_OPTION)
    .action(async (source: string, { inspect, json }: JsonOption & { inspect?: number | true }) => {
      if (inspect !== undefined) {
        const { inspectRun } = await import('../replay/inspect.ts');
        terminal.line(await inspectRun(env, source, { port: inspect === true ? 9229 : inspect, aside }));
        process.exit(0);
      }
      const { passes, replay, replayedInWords } = await import('../replay/replay.ts');
      const replayed = await replay(env, source, aside);
      terminal.line(json ? JSON.stringify(replayed) : replayedInWords(replayed));
      process.exit(passes(replayed) ? 0 : 1);
    });
  program
    .command('config')
    .description('the configuration')
    .command('check')
    .description('say whether environment and config file are right')
    .option(...JSON_OPTION)
    .action(
      say(cli, async ({ json }: JsonOption) => {
        const { model, platforms } = await (await import('../check-config.ts')).checkConfig(env);
        return json
          ? JSON.stringify({ model, platforms })
          : `OK: model ${model}, platforms ${platforms.join(', ')}`;
      }),
    );
}
