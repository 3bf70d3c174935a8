import { Webhook } from 'standardwebhooks';
import { type Served, serve } from '../../support/serve.ts';

export interface CallbackBody {
  conversation: string;
  id: string;
  inReplyTo: string;
  text: string;
}

/** The receiver behind HTTP_CALLBACK_URL: refuses what is not signed, and can hold its answers after it has acted. */
export class CallbackReceiver {
  readonly calls: CallbackBody[] = [];
  #served!: Served;
  #gate: PromiseWithResolvers<void> | undefined;

  static async start(secret: string): Promise<CallbackReceiver> {
    const receiver = new CallbackReceiver();
    const webhook = new Webhook(secret);
    receiver.#served = await serve(async (request, body, response) => {
      try {
        webhook.verify(body, request.headers as Record<string, string>);
      } catch {
        response.writeHead(401).end();
        return;
      }
      const call = JSON.parse(body) as CallbackBody;
      if (call.id !== request.headers['webhook-id']) {
        response.writeHead(400).end();
        return;
      }
      receiver.calls.push(call);
      await receiver.#gate?.promise;
      response.writeHead(204).end();
    });
    return receiver;
  }

  get url(): string {
    return this.#served.url;
  }

  /** Calls are taken, and answered only after {@link release}. */
  hold(): void {
    this.#gate = Promise.withResolvers();
  }

  release(): void {
    this.#gate?.resolve();
    this.#gate = undefined;
  }

  close(): Promise<void> {
    this.release();
    return this.#served.close();
  }
}
