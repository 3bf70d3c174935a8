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
