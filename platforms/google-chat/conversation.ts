import { DeliveryRefused } from '../platform.ts';
import type { ChatSpace } from './event.ts';

/** Where a conversation is in Google Chat: resource names. */
export interface Place {
  space: string;
  thread?: string;
}

/** `{space}` for direct messages and spaces without threads, else `{space}/{thread}`. */
export function conversationOf(space: ChatSpace, thread: { name: string } | undefined): string {
  const id = lastOf(space.name);
  return thread && hasThreads(space) ? `${id}/${lastOf(thread.name)}` : id;
}

/** Throws {@link DeliveryRefused} for what {@link conversationOf} never made. */
export function placeOf(conversation: string): Place {
  const [, space, thread] = /^([^/]+)(?:\/([^/]+))?$/.exec(conversation) ?? [];
  if (space === undefined) throw new DeliveryRefused(`"${conversation}" is not a space of Google Chat`);
  return {
    space: `spaces/${encodeURIComponent(space)}`,
    ...(thread !== undefined && { thread: `spaces/${space}/threads/${thread}` }),
  };
}

/** Last part of a resource name. */
export function lastOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** A chat of one person with the app; a space that does not say what it is counts as one of many. */
export function isDirect({ type, spaceType }: ChatSpace): boolean {
  return spaceType === 'DIRECT_MESSAGE' || type === 'DM';
}

/** Every message names a thread, also where people see none. */
function hasThreads(space: ChatSpace): boolean {
  if (isDirect(space)) return false;
  const { spaceType, spaceThreadingState: state } = space;
  return state === undefined ? spaceType !== 'GROUP_CHAT' : state !== 'UNTHREADED_MESSAGES';
}
