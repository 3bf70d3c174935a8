/** Ids remembered: what could be mistaken for an unrecorded message is never far back. */
const KNOWN = 200;

/** The platform's ids of messages, inbound and our own, that are not an unrecorded one of ours; newest last. */
export class KnownMessages {
  readonly ids: string[];

  constructor(ids: string[]) {
    this.ids = [...ids];
  }

  record(id: string): void {
    if (this.ids.includes(id)) return;
    this.ids.push(id);
    if (this.ids.length > KNOWN) this.ids.shift();
  }
}
