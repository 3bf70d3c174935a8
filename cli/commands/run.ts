import type { Command } from 'commander';
import type { Cli } from './cli.ts';

/** Commands that run holdfast's processes, until a signal ends them. */
export function addRunCommands(program: Command, { terminal, env }: Cli): void {
  program
    .command('start')
    .alias('dev')
    .description('run all of it here: Temporal, gateway, worker, web chat')
    .action(async () => (await import('../run-start.ts')).runStart(terminal, env));
  program
    .command('cluster')
    .description("the same as it runs in production: Temporal's services on PostgreSQL")
    .action(async () => (await import('../cluster/run-cluster.ts')).runCluster(terminal, env));
  program
    .command('gateway')
    .description('run a gateway alone, for a Temporal server at TEMPORAL_ADDRESS')
    .action(async () => void (await import('../../gateway/node.ts')));
  program
    .command('worker')
    .description('run a worker alone, likewise')
    .action(async () => void (await import('../../workers/node.ts')));
  program
    .command('listen')
    .description("run a listener alone, likewise: `holdfast listen discord` for Discord's messages")
    .argument('<platform>', 'whose messages come by a connection')
    // It reads the platform's name where it stands, at the end.
    .action(async () => void (await import('../../gateway/listen.ts')));
  program
    .command('codec-server')
    .description("decrypt for Temporal's UI, with HOLDFAST_ENCRYPTION_KEYS")
    .action(async () => void (await import('../../gateway/codec-server/node.ts')));
}
