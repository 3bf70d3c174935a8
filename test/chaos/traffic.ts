import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { Moments } from '../support/moments.ts';

/** What workers do at our fakes, by the path of the request. */
const DEEDS = {
  'model call': /\/chat\/completions$/,
  send: /\/(?:sendMessage|editMessageText|replies)$|\/send\//,
};
export type Deed = keyof typeof DEEDS;

/** Sees every HTTP request that reaches the fakes of this process, before they act. */
export class Traffic {
  readonly #moments = new Moments<IncomingMessage>();
  readonly #see = (message: unknown) => this.#moments.tell((message as { request: IncomingMessage }).request);

  constructor() {
    subscribe('http.server.request.start', this.#see);
  }

  /** Resolves with the port at 127.0.0.1 from which it is done next; with undefined after `ms`. */
  async next(deed: Deed, ms: number): Promise<number | undefined> {
    const request = await this.#moments.next(({ url = '' }) => DEEDS[deed].test(url), ms);
    return request?.socket.remotePort;
  }

  close(): void {
    unsubscribe('http.server.request.start', this.#see);
  }
}
