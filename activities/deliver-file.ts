import { ApplicationFailure, Context } from '@temporalio/activity';
import type { FileDelivery, OutgoingFile, Receipt } from '../contract/delivery.ts';
import { reply } from '../contract/signals.ts';
import { DeliveryRefused, type Outbound, type OutboundContext, RateLimited } from '../platforms/platform.ts';
import { ToolError } from '../tools/tool.ts';
import type { ActivityDependencies } from './activities.ts';
import { type Alive, MOST_LOSSES, whileAlive } from './alive.ts';
import { outboundOf } from './deliver.ts';
import { createLoadFile } from './load-file.ts';
import { onceAlone } from './once-alone.ts';
import { outboundContext } from './outbound-context.ts';
import { platformFailure } from './platform-failure.ts';
import { readConversation } from './read-conversation.ts';
import { showMessage } from './show-message.ts';

/** From this attempt on, a file that fails is named in a line at once, so that the next reply need not wait for it. */
const LINE_FROM_ATTEMPT = 7;

type LoadFile = ReturnType<typeof createLoadFile>;

/** The activity `deliverFile`: shows one file of a reply, or a line that names it where it cannot be shown. */
export function createDeliverFile({ client, platforms, fetchPrivate }: ActivityDependencies) {
  const loadFile = createLoadFile({ fetchPrivate });
  return async function deliverFile(request: FileDelivery): Promise<Receipt> {
    return whileAlive(async (alive) => {
      const { entry, target } = await readConversation({ client }, reply, request.reply);
      const file = entry.files?.[request.index];
      if (!file) throw ApplicationFailure.nonRetryable(`reply ${request.reply} has no file ${request.index}`);
      const outbound = outboundOf(platforms, target.platform);
      const key = `${request.deliveryId}.f${request.index}`;
      const first = outboundContext(target, key, alive.signal);
      try {
        const { attempt, heartbeatDetails } = Context.current().info;
        const { sentAfter } = (heartbeatDetails ?? {}) as Pick<OutboundContext, 'sentAfter'>;
        // Any attempt but the first may follow one that acted.
        const context =
          attempt > 1
            ? await onceAlone({ client }, { outbound, context: first, seq: request.reply, sentAfter })
            : first;
        return await sendFile(outbound, context, file, loadFile, alive);
      } catch (error) {
        throw platformFailure(error);
      }
    }, MOST_LOSSES);
  };
}

async function sendFile(
  outbound: Outbound,
  context: OutboundContext,
  file: OutgoingFile,
  loadFile: LoadFile,
  alive: Alive,
): Promise<Receipt> {
  if (outbound.sendFile) {
    try {
      const loaded = await loadFile(file, alive.signal);
      await alive.confirm(outbound.latest?.(context));
      return await outbound.sendFile(context, loaded);
    } catch (error) {
      if (!isForGood(error)) throw error;
    }
  }
  const told = { ...context, key: `${context.key}.line` };
  return showMessage(outbound, told, lineFor(file), undefined, async () => {
    await alive.confirm(outbound.latest?.(told));
    return outbound.post(told, lineFor(file));
  });
}

/** Whether a line takes the place of the file. While the platform is down the line fails too, and the file is tried again. */
function isForGood(error: unknown): boolean {
  if (error instanceof ToolError || error instanceof DeliveryRefused) return true;
  return !(error instanceof RateLimited) && Context.current().info.attempt >= LINE_FROM_ATTEMPT;
}

function lineFor({ name, url }: OutgoingFile): string {
  return /^https?:/.test(url) ? `📎 ${name}: ${url}` : `📎 ${name} (cannot be shown here)`;
}
