import { parseConversationId } from '../contract/conversation-id.ts';
import type { Platform } from '../platforms/platform.ts';

/** Platforms show "typing" for about five seconds. */
const EVERY_MS = 4_500;

/** Shows at the platform that an answer is being worked on, until the returned function is called. Best effort. */
export function showTyping(
  platforms: ReadonlyMap<string, Platform>,
  workflowId: string,
  signal: AbortSignal,
): () => void {
  const { platform, conversation } = parseConversationId(workflowId);
  const outbound = platforms.get(platform)?.outbound;
  if (!outbound?.typing) return () => {};
  const show = () => void outbound.typing?.({ conversation, signal }).catch(() => {});
  show();
  const timer = setInterval(show, EVERY_MS);
  return () => clearInterval(timer);
}
