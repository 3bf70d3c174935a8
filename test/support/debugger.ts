import { once } from 'node:events';

interface Message {
  id?: number;
  method?: string;
  params?: unknown;
  result?: unknown;
  error?: { message: string };
}

/** Where the program stands. */
export interface Paused {
  callFrames: { callFrameId: string; functionName: string; location: { scriptId: string } }[];
}

interface Script {
  scriptId: string;
  /** Empty if there is none. */
  sourceMapURL: string;
}

/** A debugger at a process of Node, over Chrome's protocol. */
export class Debugger {
  readonly #socket: WebSocket;
  /** Source maps by the ids of scripts. */
  readonly maps = new Map<string, string>();
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #paused = Promise.withResolvers<Paused>();
  #calls = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => this.#take(JSON.parse(String(data))));
  }

  static async attach(url: string): Promise<Debugger> {
    const socket = new WebSocket(url);
    await once(socket, 'open');
    return new Debugger(socket);
  }

  /** Resolves when the program stops after this was called. */
  async paused(go: string): Promise<Paused> {
    this.#paused = Promise.withResolvers();
    await this.call(go);
    return this.#paused.promise;
  }

  async call<Result = unknown>(method: string, params: object = {}): Promise<Result> {
    const id = ++this.#calls;
    const answer = Promise.withResolvers<unknown>();
    this.#waiting.set(id, answer);
    this.#socket.send(JSON.stringify({ id, method, params }));
    return (await answer.promise) as Result;
  }

  close(): void {
    this.#socket.close();
  }

  #take({ id, method, params, result, error }: Message): void {
    if (method === 'Debugger.paused') this.#paused.resolve(params as Paused);
    if (method === 'Debugger.scriptParsed') {
      const { scriptId, sourceMapURL } = params as Script;
      this.maps.set(scriptId, sourceMapURL);
    }
    const answer = this.#waiting.get(id ?? 0);
    if (error) answer?.reject(new Error(error.message));
    else answer?.resolve(result);
  }
}
