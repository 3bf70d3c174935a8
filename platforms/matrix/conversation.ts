import { workflowIdOf } from '../../contract/conversation-id.ts';
import { DeliveryRefused } from '../platform.ts';

/** Where a conversation is in Matrix. */
export interface Place {
  /** `!abc:server.name` */
  roomId: string;
  /** Event id of the thread's first message. */
  threadId?: string;
}

/** `{room id}`, or `{room id}/{event id}` in a thread; undefined for ids that it cannot be made of, or not read from. */
export function conversationOf({ roomId, threadId }: Place): string | undefined {
  const conversation = threadId === undefined ? roomId : `${roomId}/${threadId}`;
  try {
    workflowIdOf({ platform: 'matrix', conversation });
    const place = placeOf(conversation);
    return place.roomId === roomId && place.threadId === threadId ? conversation : undefined;
  } catch {
    return undefined;
  }
}

/** Throws {@link DeliveryRefused} for what {@link conversationOf} never made. */
export function placeOf(conversation: string): Place {
  const [, roomId, threadId] = /^(!.+?)(?:\/(\$.+))?$/.exec(conversation) ?? [];
  if (roomId === undefined) throw new DeliveryRefused(`"${conversation}" is not a room of Matrix`);
  return { roomId, ...(threadId !== undefined && { threadId }) };
}
