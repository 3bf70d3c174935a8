import type { DeliveryTarget } from '../contract/signals.ts';
import type { Platform, TypingContext } from '../platforms/platform.ts';

/** Most platforms show "typing" for about five seconds. */
const LASTS_MS = 4_500;

/** Shows at the platform that an answer is being worked on, until the returned function is called. Best effort. */
export function showTyping(
  platform: Platform | undefined,
  target: Pick<DeliveryTarget, 'conversation' | 'inReplyTo' | 'returnAddress'>,
  signal: AbortSignal,
): () => void {
  const outbound = platform?.outbound;
  if (!outbound?.typing) return () => {};
  const { conversation, inReplyTo, returnAddress } = target;
  const context: TypingContext = {
    conversation,
    signal,
    ...(inReplyTo === undefined ? {} : { inReplyTo }),
    ...(returnAddress === undefined ? {} : { returnAddress }),
  };
  const show = () => void outbound.typing?.(context).catch(() => {});
  show();
  const timer = setInterval(show, outbound.typingLastsMs ?? LASTS_MS);
  return () => clearInterval(timer);
}
