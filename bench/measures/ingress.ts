import { randomUUID } from 'node:crypto';
import pMap from 'p-map';
import type { Field } from '../field.ts';
import type { Holdfast } from '../holdfast/holdfast.ts';
import { quantile, type Reading } from './reading.ts';

const CONVERSATIONS = 500;
const MESSAGES = 4;
const FORGED = 5_000;
const AT_ONCE = 32;

/**
 * What one gateway takes in a second, with many conversations that write at once, and what it refuses because somebody else has signed
 * it. There is no worker, for its turns would take the cores; so all that is acknowledged must be found at Temporal afterwards.
 */
export async function ingress({ fresh, turns }: Field): Promise<Reading[]> {
  const holdfast = await fresh({ gateways: ['gateway'], workers: [] });
  try {
    const each = Math.min(MESSAGES, turns);
    const from = (name: string, count: number) =>
      Array.from({ length: count }, (_, number) => `${name}-${number % CONVERSATIONS}`);
    const times: number[] = [];
    const perSecond = async (conversations: string[], send: Holdfast['send']) => {
      const began = performance.now();
      const timed = async (conversation: string) => {
        const sent = performance.now();
        await send({ conversation, id: randomUUID(), text: 'hello' });
        times.push(performance.now() - sent);
      };
      await pMap(conversations, timed, { concurrency: AT_ONCE });
      return conversations.length / ((performance.now() - began) / 1000);
    };
    const measured = async (...what: Parameters<typeof perSecond>) => {
      await perSecond(from('warm-up', AT_ONCE * each), what[1]);
      times.length = 0;
      return perSecond(...what);
    };
    const acknowledged = await measured(from('taken', CONVERSATIONS * each), holdfast.send);
    const slowest = quantile(times, 0.99);
    await assertStored(holdfast, from('taken', CONVERSATIONS), each);
    const refused = await measured(from('forged', Math.min(FORGED, CONVERSATIONS * turns)), holdfast.forge);
    const of = { system: holdfast.name } as const;
    return [
      { ...of, figure: 'webhooks that one gateway acknowledges', unit: 'per second', value: acknowledged },
      { ...of, figure: 'webhook acknowledged then, 99 of 100', unit: 'ms', value: slowest },
      { ...of, figure: 'forged webhooks that one gateway refuses', unit: 'per second', value: refused },
    ];
  } finally {
    await holdfast.close();
  }
}

/** Throws unless each of these conversations has this many messages. */
async function assertStored({ stack }: Holdfast, conversations: string[], each: number): Promise<void> {
  const check = async (conversation: string) => {
    const { events } = await stack.client.workflow.getHandle(`http/${conversation}`).fetchHistory();
    const stored = events?.filter((event) => event.workflowExecutionSignaledEventAttributes).length;
    if (stored !== each) throw new Error(`${conversation} has ${stored} messages of ${each}`);
  };
  await pMap(conversations, check, { concurrency: AT_ONCE });
}
