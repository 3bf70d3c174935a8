import { setTimeout as sleep } from 'node:timers/promises';
import { reply } from '../contract/signals.ts';
import type { Outbound, OutboundContext } from '../platforms/platform.ts';
import type { ActivityDependencies } from './activities.ts';
import { readConversation } from './read-conversation.ts';

const ASK_EVERY_MS = 500;
/** Less than an attempt may take; the next one goes on waiting. */
const LONGEST_MS = 90_000;

/**
 * What a platform is told that is to look for what may have been sent. Where whichever message is not known would be found, that is
 * not before no other is on its way. `seq` is the number of the entry that is being delivered.
 */
export async function onceAlone(
  dependencies: Pick<ActivityDependencies, 'client' | 'handedOver'>,
  { outbound, context, seq }: { outbound: Outbound; context: OutboundContext; seq: number },
): Promise<OutboundContext> {
  if (!outbound.findsByElimination) return { ...context, inDoubt: true };
  for (const end = performance.now() + LONGEST_MS; performance.now() < end; ) {
    const { target } = await readConversation(dependencies, reply, seq);
    const { knownMessageIds, othersOnTheirWay } = target;
    if (!othersOnTheirWay) return { ...context, knownMessageIds, inDoubt: true };
    await sleep(ASK_EVERY_MS, undefined, { signal: context.signal });
  }
  throw new Error('another message is on its way, which would be taken for the one that is looked for');
}
