import type { Config } from '../config/config.ts';
import { ConfigError, type Environment } from '../config/environment.ts';
import type { Work } from '../contract/queues.ts';

/** What a worker on Lambda does, and of which version it is. Throws ConfigError for what cannot be there. */
export function lambdaWork(
  { HOLDFAST_WORK: work, HOLDFAST_VERSION: version }: Pick<Environment, 'HOLDFAST_WORK' | 'HOLDFAST_VERSION'>,
  { queues, mcpServers }: Pick<Config, 'queues' | 'mcpServers'>,
): { kind: Work; version: string } {
  if (version === undefined)
    throw new ConfigError('HOLDFAST_VERSION: must be set: Temporal invokes a function for one version');
  const [kind = 'conversation', ...others] = queues === 'one' ? [] : work;
  if (others.length > 0)
    throw new ConfigError(
      `HOLDFAST_WORK: must be one kind of work, because queues are split and a function polls one of them; make a function for each of ${work.join(', ')}`,
    );
  for (const [name, server] of Object.entries(mcpServers))
    if (!('url' in server))
      throw new ConfigError(
        `mcpServers.${name}: must be reached by url, because nothing runs between two invocations; run its command elsewhere`,
      );
  return { kind, version };
}
