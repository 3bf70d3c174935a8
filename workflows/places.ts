import type { InboundMessage } from '../contract/message.ts';
import { PERSON, type Place, samePlace } from '../contract/place.ts';

/** More than the identities of any person. */
const MOST = 30;

/** Where a person's shared conversation is written to; the latest is where holdfast speaks by itself. */
export class Places {
  readonly #shared: boolean;
  #all: Place[];

  /** Only a conversation of a person has them: a branch of it that is kept elsewhere has not. */
  constructor(platform: string, places: Place[]) {
    this.#shared = platform === PERSON;
    this.#all = this.#shared ? [...places] : [];
  }

  get all(): Place[] {
    return this.#all;
  }

  get latest(): Place | undefined {
    return this.#all.at(-1);
  }

  /** The message with its place: one that has none, a reminder for instance, is answered at the latest. */
  locate(message: InboundMessage): InboundMessage {
    const { place } = message;
    if (!place) return this.latest ? { ...message, place: this.latest } : message;
    this.#all = [...this.#all.filter((other) => !samePlace(other, place)), place].slice(-MOST);
    return message;
  }
}
