import { setTimeout as sleep } from 'node:timers/promises';
import { reply } from '../contract/signals.ts';
import type { Outbound, OutboundContext } from '../platforms/platform.ts';
import type { ActivityDependencies } from './activities.ts';
import { readConversation } from './read-conversation.ts';

const ASK_EVERY_MS = 500;
/** Less than an attempt may take; the next one goes on waiting. */
const LONGEST_MS = 90_000;

interface Doubt {
  outbound: Outbound;
  context: OutboundContext;
  seq: number;
  sentAfter: string | undefined;
}

/**
 * What a platform is told that is to look for what may have been sent. Where whichever message is not known would be found, that is
 * not before no other is on its way. `seq` is the number of the entry that is being delivered; `sentAfter` is a later one than the
 * context's, if the attempt before left one.
 */
export async function onceAlone(
  dependencies: Pick<ActivityDependencies, 'client' | 'handedOver'>,
  { outbound, context, seq, sentAfter = context.sentAfter }: Doubt,
): Promise<OutboundContext> {
  const told = { ...context, ...(sentAfter === undefined ? {} : { sentAfter }), inDoubt: true as const };
  if (!outbound.findsByElimination) return told;
  for (const end = performance.now() + LONGEST_MS; performance.now() < end; ) {
    const { target } = await readConversation(dependencies, reply, seq);
    const { knownMessageIds, othersOnTheirWay } = target;
    if (!othersOnTheirWay) return { ...told, knownMessageIds };
    await sleep(ASK_EVERY_MS, undefined, { signal: context.signal });
  }
  throw new Error('another message is on its way, which would be taken for the one that is looked for');
}
