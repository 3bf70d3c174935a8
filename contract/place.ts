import { type ConversationId, workflowIdOf } from './conversation-id.ts';

/** The platform of conversations that belong to a person and not to a place: `person/{name}`. */
export const PERSON = 'person';

/** Where a message of such a conversation was written, and is answered. */
export type Place = ConversationId;

export function samePlace(one: Place | undefined, other: Place | undefined): boolean {
  return one?.platform === other?.platform && one?.conversation === other?.conversation;
}

/** An event id as it is known in a conversation that several places share, where each place counts for itself. */
export function placedId(place: Place, id: string): string {
  return `${workflowIdOf(place)} ${id}`;
}

/** The event id as the place knows it; undefined if it is not of that place. */
export function idAtPlace(place: Place, id: string): string | undefined {
  const begin = placedId(place, '');
  return id.startsWith(begin) ? id.slice(begin.length) : undefined;
}
