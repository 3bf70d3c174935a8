/** What an inspector says: the answer to what it was asked, or, without an id, what it tells unasked. */
interface Said {
  id?: number;
  method?: string;
  params?: { sessionId: string; message: string };
  error?: { message: string };
}

const WITHIN_MS = 30_000;

/** A process of Node, asked by its inspector. */
export class Inspector {
  readonly #socket: WebSocket;
  readonly #threads: string[] = [];
  readonly #asked = new Map<number, PromiseWithResolvers<void>>();

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => this.#hear(JSON.parse(String(data)) as Said));
    socket.addEventListener('close', () => {
      for (const { reject } of this.#asked.values()) reject(new Error('the inspector is gone'));
    });
  }

  static async open(url: string): Promise<Inspector> {
    const socket = new WebSocket(url);
    const inspector = new Inspector(socket);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    socket.addEventListener('open', () => resolve());
    socket.addEventListener('error', () => reject(new Error(`${url} does not answer`)));
    await promise;
    // The threads that there are have told of themselves by the time of the answer.
    await inspector.#ask('NodeWorker.enable', { waitForDebuggerOnStart: false });
    return inspector;
  }

  /** Has every thread do this. */
  async everywhere(method: string): Promise<void> {
    await this.#ask(method);
    for (const sessionId of this.#threads)
      await this.#answered((id) =>
        this.#send(0, 'NodeWorker.sendMessageToWorker', {
          sessionId,
          message: JSON.stringify({ id, method }),
        }),
      );
  }

  close(): void {
    this.#socket.close();
  }

  #ask(method: string, params: object = {}): Promise<void> {
    return this.#answered((id) => this.#send(id, method, params));
  }

  #answered(send: (id: number) => void): Promise<void> {
    const id = this.#asked.size + 1;
    const answer = Promise.withResolvers<void>();
    this.#asked.set(id, answer);
    setTimeout(() => answer.reject(new Error('the inspector does not answer')), WITHIN_MS).unref();
    send(id);
    return answer.promise;
  }

  #send(id: number, method: string, params: object): void {
    this.#socket.send(JSON.stringify({ id, method, params }));
  }

  #hear({ id, method, params, error }: Said): void {
    if (method === 'NodeWorker.attachedToWorker' && params) this.#threads.push(params.sessionId);
    else if (method === 'NodeWorker.receivedMessageFromWorker' && params)
      this.#hear(JSON.parse(params.message) as Said);
    else if (id !== undefined && error) this.#asked.get(id)?.reject(new Error(error.message));
    else if (id !== undefined) this.#asked.get(id)?.resolve();
  }
}
