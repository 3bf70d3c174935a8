import type { ChildName } from '../home.ts';

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
