import type { SenderAccess } from '../contract/access.ts';
import { PERSON, placedId } from '../contract/place.ts';
import type { Arrival } from './settings.ts';

/**
 * Where a message goes: what a person writes in direct messages may belong to the one conversation that all their identities
 * share, with a note of where it was written. Event ids of two places may be equal, so they are told apart.
 */
export function shared(arrival: Arrival, access: SenderAccess | undefined): Pick<Arrival, 'id' | 'message'> {
  const { id: place, message } = arrival;
  if (!access?.shares || access.person === undefined || message.group) return arrival;
  return {
    id: { platform: PERSON, conversation: access.person },
    message: { ...message, id: placedId(place, message.id), place },
  };
}
