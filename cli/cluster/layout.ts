import { WORK } from '../../contract/queues.ts';
import type { Layout } from '../plan-processes.ts';

/** A worker for each kind of work, so that each can be ended, measured or started twice by itself. */
export const CLUSTER_LAYOUT: Layout = {
  gateways: ['gateway-1', 'gateway-2'],
  workers: WORK.map((work) => ({ name: `worker-${work}` as const, env: { HOLDFAST_WORK: work } })),
};

/** What gateways and workers of this layout have in common. */
export const CLUSTER_ENVIRONMENT = { HOLDFAST_QUEUES: 'split' };
