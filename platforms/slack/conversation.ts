import { DeliveryRefused } from '../platform.ts';

/** Where a conversation is in Slack. */
export interface Place {
  channel: string;
  /** `ts` of the thread's first message. */
  thread?: string;
}

/** `{channel}`, or `{channel}/{thread_ts}` in a thread. */
export function conversationOf(channel: string, thread: string | undefined): string {
  return thread === undefined ? channel : `${channel}/${thread}`;
}

/** Throws {@link DeliveryRefused} for what {@link conversationOf} never made. */
export function placeOf(conversation: string): Place {
  const [, channel, thread] = /^([A-Z][A-Z0-9]{1,40})(?:\/(\d{1,12}\.\d{1,9}))?$/.exec(conversation) ?? [];
  if (channel === undefined) throw new DeliveryRefused(`"${conversation}" is not a place of Slack`);
  return { channel, ...(thread !== undefined && { thread }) };
}

/** A chat of one person with the app. Interactions and commands do not tell it but by the channel's id. */
export function isDirect(channel: string): boolean {
  return channel.startsWith('D');
}

/** The thread that a message stands in; undefined for one that stands in the channel itself, answered or not. */
export function threadOf(
  ts: string | null | undefined,
  threadTs: string | null | undefined,
): string | undefined {
  return threadTs && threadTs !== ts ? threadTs : undefined;
}
