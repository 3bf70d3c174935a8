import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';

/** What workers do at our fakes, by the path of the request. */
const DEEDS = {
  'model call': /\/chat\/completions$/,
  send: /\/(?:sendMessage|editMessageText|replies)$|\/send\//,
};
export type Deed = keyof typeof DEEDS;

/** Sees every HTTP request that reaches the fakes of this process, before they act. */
export class Traffic {
  #waiting: { deed: Deed; resolve: (port: number) => void }[] = [];
  readonly #see = (message: unknown) => {
    const { request } = message as { request: IncomingMessage };
    const index = this.#waiting.findIndex(({ deed }) => DEEDS[deed].test(request.url ?? ''));
    if (index >= 0) this.#waiting.splice(index, 1)[0]?.resolve(request.socket.remotePort ?? 0);
  };

  constructor() {
    subscribe('http.server.request.start', this.#see);
  }

  /** Resolves with the port at 127.0.0.1 from which it is done next. */
  next(deed: Deed): Promise<number> {
    return new Promise((resolve) => this.#waiting.push({ deed, resolve }));
  }

  close(): void {
    unsubscribe('http.server.request.start', this.#see);
  }
}
