import type { ProcessPlan } from '../group.ts';
import { configFile } from './server-config.ts';
import { SERVICES, type ServiceName } from './services.ts';

/** A service of this server, by the config that was written for it. */
export function servicePlan(
  { server, home }: { server: string; home: string },
  name: ServiceName,
): ProcessPlan {
  const service = SERVICES.find((one) => one.name === name)?.service ?? name;
  return {
    name,
    command: server,
    args: ['--config-file', configFile(home, name), '--allow-no-auth', 'start', '--service', service],
    // Variables of Temporal's would stand beside the file.
    env: { PATH: process.env.PATH },
    kind: 'quiet',
  };
}
