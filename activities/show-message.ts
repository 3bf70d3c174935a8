import type { Button, Receipt } from '../contract/delivery.ts';
import type { Outbound, OutboundContext } from '../platforms/platform.ts';

/**
 * Sends a message. If an earlier attempt may have sent it (`context.inDoubt`), first finds out whether it did, and makes that
 * one show the text. `post` is called for the moment when something new may appear, which can be long after that.
 */
export async function showMessage(
  outbound: Outbound,
  context: OutboundContext,
  text: string,
  buttons: readonly Button[] | undefined,
  post: () => Promise<Receipt>,
): Promise<Receipt> {
  const found = context.inDoubt ? await outbound.find?.(context, text, buttons) : undefined;
  if (found) return found;
  const receipt = await post();
  // The platform may have recognised the key of an earlier attempt, whose message shows less.
  if (context.inDoubt && !outbound.find) await outbound.edit?.(context, receipt, text, buttons);
  return receipt;
}
