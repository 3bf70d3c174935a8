/** A promise that was not kept. */
export interface Violation {
  what:
    | 'lost'
    | 'repeated'
    | 'out of order'
    | 'not whole'
    | 'failed'
    | 'stray'
    | 'effect'
    | 'transcript'
    | 'history'
    | 'crash';
  conversation?: string;
  /** Of the message that it happened to. */
  token?: string;
  detail: string;
}

/** Collects what went wrong in one conversation. */
export class Findings {
  readonly violations: Violation[] = [];
  readonly #conversation: string;

  constructor(conversation: string) {
    this.#conversation = conversation;
  }

  add(what: Violation['what'], detail: string, token?: string): void {
    const of = token === undefined ? {} : { token };
    this.violations.push({ what, conversation: this.#conversation, detail, ...of });
  }
}
