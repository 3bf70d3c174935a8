import { idAtPlace, type Place, placedId } from '../contract/place.ts';

/** Ids remembered: what could be mistaken for an unrecorded message is never far back. */
const KNOWN = 200;

/**
 * The platform's ids of messages, inbound and our own, that are not an unrecorded one of ours; newest last. Where several
 * places share the conversation, each id belongs to its place.
 */
export class KnownMessages {
  readonly ids: string[];

  constructor(ids: string[]) {
    this.ids = [...ids];
  }

  record(id: string, place?: Place): void {
    const known = place ? placedId(place, id) : id;
    if (this.ids.includes(known)) return;
    this.ids.push(known);
    if (this.ids.length > KNOWN) this.ids.shift();
  }

  at(place?: Place): string[] {
    if (!place) return this.ids;
    return this.ids.map((id) => idAtPlace(place, id)).filter((id) => id !== undefined);
  }
}
