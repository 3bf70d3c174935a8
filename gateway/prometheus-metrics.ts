import type { Client } from '@temporalio/client';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { CONVERSATION_STATUS } from '../contract/state.ts';
import { countConversations } from './count-conversations.ts';
import type { GatewayMetrics } from './metrics.ts';

/** A gateway's metrics, and the registry that tells them. docs/observability.md says what each means. */
export function prometheusMetrics(client: Client): GatewayMetrics & { registry: Registry } {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const acknowledged = new Histogram({
    name: 'holdfast_acknowledge_seconds',
    help: 'From a webhook request to its answer, which comes once Temporal has stored its messages.',
    labelNames: ['platform', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [],
  });
  let open = () => 0;
  const streams = new Gauge({
    name: 'holdfast_event_streams',
    help: 'Streams of events that are open at this gateway.',
    registers: [],
    collect() {
      this.set(open());
    },
  });
  const count = countConversations(client);
  const conversations = new Gauge({
    name: 'holdfast_conversations',
    help: 'Conversations by what they do, as Temporal tells it; every gateway tells the same.',
    labelNames: ['status'],
    registers: [],
    async collect() {
      const counts = await count();
      // What is not known is not told.
      if (!counts) return this.reset();
      for (const status of CONVERSATION_STATUS) this.set({ status }, counts[status]);
    },
  });
  for (const metric of [acknowledged, streams, conversations]) registry.registerMetric(metric);
  return {
    registry,
    acknowledged: (labels, seconds) => acknowledged.observe(labels, seconds),
    watchStreams(now) {
      open = now;
    },
  };
}
