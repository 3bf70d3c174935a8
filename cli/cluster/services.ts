import type { ProcessPlan } from '../group.ts';
import type { ChildName } from '../home.ts';
import { configFile } from './server-config.ts';

/** Temporal's services as processes: the state of conversations is in the history hosts, so there are two. */
export const SERVICES = [
  { name: 'frontend', service: 'frontend' },
  { name: 'history-1', service: 'history' },
  { name: 'history-2', service: 'history' },
  { name: 'matching', service: 'matching' },
  { name: 'internal-worker', service: 'worker' },
] as const satisfies { name: ChildName; service: string }[];

export type ServiceName = (typeof SERVICES)[number]['name'];

/** Where everything listens on 127.0.0.1. */
export interface ClusterPorts {
  postgresql: number;
  services: Record<ServiceName, { grpc: number; membership: number }>;
}

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
