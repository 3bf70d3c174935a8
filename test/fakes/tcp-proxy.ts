import type { AddressInfo } from 'node:net';
import { createServer, type Server, Socket } from 'node:net';

/** A way to Temporal that can be held up in either direction, to stop the clock at a named instant. */
export class TcpProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #held = new Set<'requests' | 'answers'>();
  /** Bytes that came from clients while requests were held. */
  heldBytes = 0;
  /** Bytes that came from the server while answers were held. */
  heldAnswerBytes = 0;

  private constructor(target: string) {
    const [host = '', port = ''] = target.split(':');
    this.#server = createServer((client) => {
      const upstream = new Socket().connect(Number(port), host);
      for (const socket of [client, upstream]) {
        this.#sockets.add(socket);
        socket.on('error', () => {});
        socket.on('close', () => {
          this.#sockets.delete(socket);
          client.destroy();
          upstream.destroy();
        });
      }
      client.on('data', (chunk) => {
        if (this.#held.has('requests')) this.heldBytes += chunk.length;
        else upstream.write(chunk);
      });
      upstream.on('data', (chunk) => {
        if (this.#held.has('answers')) this.heldAnswerBytes += chunk.length;
        else client.write(chunk);
      });
    });
  }

  static async start(target: string): Promise<TcpProxy> {
    const proxy = new TcpProxy(target);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** From now on what comes in this direction is lost. */
  hold(direction: 'requests' | 'answers'): void {
    this.#held.add(direction);
  }

  /** The connections that there are lead nowhere any more, and nobody is told; new ones work. So does a NAT that has forgotten one. */
  strand(): void {
    for (const socket of this.#sockets) socket.removeAllListeners('data').resume();
  }

  /** Cuts every connection and lets new ones through. */
  heal(): void {
    this.#held.clear();
    this.heldBytes = 0;
    this.heldAnswerBytes = 0;
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.heal();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
