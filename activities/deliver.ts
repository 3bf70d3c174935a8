import { ApplicationFailure, Context } from '@temporalio/activity';
import type { DeliveredPart, DeliveryRequest, Receipt } from '../contract/delivery.ts';
import { FAILURE } from '../contract/failures.ts';
import { reply } from '../contract/signals.ts';
import { DeliveryRefused, type Outbound, type OutboundContext, RateLimited } from '../platforms/platform.ts';
import type { ActivityDependencies } from './activities.ts';
import { type Alive, whileAlive } from './alive.ts';
import { outboundContext } from './outbound-context.ts';
import { platformFailure } from './platform-failure.ts';
import { readConversation } from './read-conversation.ts';

/** What an attempt leaves for the next: whether a message may be on its way that nobody has recorded. */
type Attempt = { sending: boolean };

/** The activity `deliver`: makes one part of a reply visible, once, however often it is tried. */
export function createDeliver({ client, platforms }: ActivityDependencies) {
  return async function deliver(request: DeliveryRequest): Promise<DeliveredPart> {
    return whileAlive(async (alive) => {
      const { entry, target } = await readConversation(client, reply, request.reply);
      const outbound = platforms.get(target.platform)?.outbound;
      if (!outbound)
        throw ApplicationFailure.retryable(
          `platform ${target.platform} is off here: set its secrets for this worker`,
          FAILURE.deliveryUnavailable,
        );
      const part = outbound.split(entry.text, request.from);
      const context = outboundContext(target, request.deliveryId, request.from, alive.signal);
      try {
        const receipt =
          (await finish(outbound, context, part.text, request.receipt)) ??
          (await send(outbound, context, part.text, alive, request.look === true));
        return { receipt, next: part.next };
      } catch (error) {
        throw platformFailure(error);
      }
    });
  };
}

/** Makes the streamed message show the part; undefined if there is none any more. */
async function finish(
  outbound: Outbound,
  context: OutboundContext,
  text: string,
  begun: Receipt | undefined,
) {
  if (!begun || !outbound.edit) return undefined;
  try {
    await outbound.edit(context, begun, text);
    return begun;
  } catch (error) {
    // Deleted by somebody, or too old to edit: the user still gets the reply.
    if (error instanceof DeliveryRefused) return undefined;
    throw error;
  }
}

/** The first attempt sends straight away; a later one first finds out whether the one before acted (design decision 6). */
async function send(outbound: Outbound, context: OutboundContext, text: string, alive: Alive, look: boolean) {
  const { attempt, heartbeatDetails } = Context.current().info;
  const before = heartbeatDetails as Attempt | undefined;
  // An attempt that was refused had looked before, and nothing was sent since.
  const inDoubt = before?.sending !== false && (look || attempt > 1);
  const found = inDoubt ? await outbound.find?.(context, text) : undefined;
  if (found) return found;
  alive.assertCurrent();
  alive.record({ sending: true } satisfies Attempt);
  try {
    return await outbound.post(context, text);
  } catch (error) {
    if (error instanceof RateLimited) alive.record({ sending: false } satisfies Attempt);
    throw error;
  }
}
