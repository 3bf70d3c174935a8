import type { Command } from 'commander';
import type { Cli } from './cli.ts';

export function addChatCommand(program: Command, { terminal, aside, env }: Cli): void {
  program
    .command('chat')
    .description('talk to the agent here, by the HTTP API of a gateway')
    .argument('[conversation]', 'its workflow id; by default a new one of the web chat')
    .option('--url <url>', 'base URL of the gateway; by default the one that runs here')
    .action(async (conversation: string | undefined, options: { url?: string }) => {
      const { chat } = await import('../chat/chat.ts');
      await chat(env, conversation, { ...options, terminal, aside });
      process.exit(0);
    });
}
