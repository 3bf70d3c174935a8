import type { Command } from 'commander';
import { type Cli, say } from './cli.ts';

/** Commands that make a platform know this gateway. */
export function addPlatformCommands(program: Command, cli: Cli): void {
  program
    .command('webhook')
    .description('webhooks of platforms')
    .command('set')
    .description('tell Telegram or Discord where its webhooks go')
    .argument('<platform>', 'telegram or discord')
    .argument('<url>', "the gateway's public https address; for Discord also none: all comes by the listener")
    .action(
      say(cli, async (platform: string, url: string) =>
        (await import('../webhook-set.ts')).setWebhook(platform, url, cli.env),
      ),
    );
  program
    .command('matrix')
    .description('Matrix')
    .command('registration')
    .description('print the registration file for a Matrix homeserver')
    .argument('<url>', 'where the homeserver reaches this gateway')
    .action(
      say(cli, async (url: string) =>
        (await import('../matrix-registration.ts')).matrixRegistration(url, cli.env),
      ),
    );
}
