import { ApplicationFailure, Context } from '@temporalio/activity';
import type { Button, DeliveredPart, DeliveryRequest, Receipt } from '../contract/delivery.ts';
import { FAILURE } from '../contract/failures.ts';
import { reply } from '../contract/signals.ts';
import {
  DeliveryRefused,
  type Outbound,
  type OutboundContext,
  type Platform,
  RateLimited,
} from '../platforms/platform.ts';
import type { ActivityDependencies } from './activities.ts';
import { type Alive, MOST_LOSSES, whileAlive } from './alive.ts';
import { onceAlone } from './once-alone.ts';
import { outboundContext } from './outbound-context.ts';
import { platformFailure } from './platform-failure.ts';
import { readConversation } from './read-conversation.ts';
import { replyText } from './reply-text.ts';
import { showMessage } from './show-message.ts';

/** What an attempt leaves for the next. */
interface Attempt extends Pick<OutboundContext, 'sentAfter'> {
  /** Whether a message may be on its way that nobody has recorded; it may, if nothing is said. */
  sending?: boolean;
}

/** The activity `deliver`: makes one part of a reply visible, once, however often it is tried. */
export function createDeliver(dependencies: ActivityDependencies) {
  const { platforms } = dependencies;
  return async function deliver(request: DeliveryRequest): Promise<DeliveredPart> {
    return whileAlive(async (alive) => {
      const { entry, target } = await readConversation(dependencies, reply, request.reply);
      const outbound = outboundOf(platforms, target.platform);
      const whole = replyText(entry, outbound);
      const part = outbound.split(whole.text, request.from);
      const buttons = part.next === null ? whole.buttons : undefined;
      const key = `${request.deliveryId}.${request.from}`;
      const context = outboundContext(target, key, alive.signal);
      try {
        const finished = await finish(outbound, context, part.text, buttons, request.receipt);
        // A message that is gone must not be what a platform remembers by the key of its second one.
        const anew = request.receipt && outbound.edit ? { ...context, key: `${key}.anew` } : context;
        const receipt =
          finished ??
          (await sendOnce(outbound, part.text, buttons, alive, {
            look: request.look === true,
            context: anew,
            whenDoubtful: (sentAfter = request.sentAfter) =>
              onceAlone(dependencies, { outbound, context: anew, seq: request.reply, sentAfter }),
          }));
        return { receipt, next: part.next };
      } catch (error) {
        throw platformFailure(error);
      }
    }, MOST_LOSSES);
  };
}

/** How a platform sends. Throws what is tried again while the platform is off. */
export function outboundOf(platforms: ReadonlyMap<string, Platform>, name: string): Outbound {
  const outbound = platforms.get(name)?.outbound;
  if (outbound) return outbound;
  throw ApplicationFailure.retryable(
    `platform ${name} is off here: set its secrets for this worker`,
    FAILURE.deliveryUnavailable,
  );
}

/** Makes the streamed message show the part; undefined if there is none any more. */
async function finish(
  outbound: Outbound,
  context: OutboundContext,
  text: string,
  buttons: readonly Button[] | undefined,
  begun: Receipt | undefined,
) {
  if (!begun || !outbound.edit) return undefined;
  try {
    await outbound.edit(context, begun, text, buttons);
    return begun;
  } catch (error) {
    // Deleted by somebody, or too old to edit: the user still gets the reply.
    if (error instanceof DeliveryRefused) return undefined;
    throw error;
  }
}

/** The first attempt sends straight away; a later one first finds out whether the one before acted (design decision 6). */
async function sendOnce(
  outbound: Outbound,
  text: string,
  buttons: readonly Button[] | undefined,
  alive: Alive,
  told: {
    look: boolean;
    context: OutboundContext;
    whenDoubtful(sentAfter: string | undefined): Promise<OutboundContext>;
  },
) {
  const { attempt, heartbeatDetails } = Context.current().info;
  const before = heartbeatDetails as Attempt | undefined;
  // An attempt that was refused had looked before, and nothing was sent since.
  const inDoubt = before?.sending !== false && (told.look || attempt > 1);
  const context = inDoubt ? await told.whenDoubtful(before?.sentAfter) : told.context;
  return showMessage(outbound, context, text, buttons, async () => {
    const latest = outbound.latest?.(context);
    const again = before?.sending === false ? ({ ...latest, sending: true } satisfies Attempt) : latest;
    await alive.confirm(again);
    try {
      return await outbound.post(context, text, buttons);
    } catch (error) {
      // Without `find` nothing was looked for, so a doubt stays.
      if (error instanceof RateLimited && (!inDoubt || outbound.find))
        alive.record({ sending: false } satisfies Attempt);
      throw error;
    }
  });
}
