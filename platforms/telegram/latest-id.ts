import type { OutboundContext } from '../platform.ts';
import { isSupergroup, placeOf } from './conversation.ts';

/** So many ids may lie between without being worth the trouble. */
const NEAR = 20;

/**
 * The latest message ids that this process knows of: a message that is sent now gets a later one. Ids rise in each supergroup, and over
 * all other chats of the bot together.
 */
export class LatestId {
  #shared = 0;

  /** To be told of each message that is sent; what is known of a chat it reads by itself. */
  note({ conversation }: Pick<OutboundContext, 'conversation'>, messageId: number): void {
    if (!isSupergroup(placeOf(conversation))) this.#shared = Math.max(this.#shared, messageId);
  }

  /** Undefined if it is not far after `sentAfter`, or nothing would be looked for there. */
  farAfter(context: OutboundContext): { sentAfter: string } | undefined {
    const place = placeOf(context.conversation);
    if (place.threadId !== undefined) return undefined;
    const told = [context.sentAfter, ...context.knownMessageIds].map(Number).filter(Number.isSafeInteger);
    const latest = Math.max(0, ...told);
    this.note(context, latest);
    const known = isSupergroup(place) ? latest : this.#shared;
    return known - Number(context.sentAfter ?? 0) > NEAR ? { sentAfter: String(known) } : undefined;
  }
}
