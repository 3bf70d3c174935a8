import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { wrongField } from './fields.ts';

const MESSAGE_CONTENT = 1 << 15;
/** All intents that there are. */
const KNOWN_INTENTS = 0b11_0011_1111_1111_1111_1111_1111;

interface Session {
  id: string;
  /** Events by their sequence number, minus one. */
  events: { t: string; d: unknown }[];
  socket?: WebSocket;
}

export interface GatewayOptions {
  token: string;
  /** The bot's user. */
  user: object;
  /** Servers the bot is in, as GUILD_CREATE tells of them at that time. */
  guilds(): { id: string }[];
}

/** Discord's gateway: sessions with rising sequence numbers, resumed as long as they are valid; and faults on demand. */
export class FakeGateway {
  /** How clients began: `identify`, or `resume 12`. */
  readonly heard: string[] = [];
  heartbeatMs = 41_250;
  answersHeartbeats = true;
  allowsMessageContent = true;
  /** Of every connection: which it was closed with. */
  readonly closed: number[] = [];
  /** Whether connections are let in. */
  readonly door: { isOpen: boolean };
  readonly #options: GatewayOptions;
  readonly #server: WebSocketServer;
  readonly #sessions = new Map<string, Session>();
  #made = 0;

  static async start(options: GatewayOptions): Promise<FakeGateway> {
    const door = { isOpen: true };
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0, verifyClient: () => door.isOpen });
    await new Promise((resolve) => server.once('listening', resolve));
    return new FakeGateway(options, server, door);
  }

  private constructor(options: GatewayOptions, server: WebSocketServer, door: { isOpen: boolean }) {
    this.#options = options;
    this.#server = server;
    this.door = door;
    server.on('connection', (socket, { url = '' }) => this.#open(socket, url));
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get connections(): number {
    return [...this.#server.clients].filter(({ readyState }) => readyState === 1).length;
  }

  /** An event for every session; those that are not connected get it when they resume. */
  dispatch(t: string, d: unknown): void {
    for (const session of this.#sessions.values()) this.#dispatchTo(session, t, d);
  }

  /** No session can be resumed any more. */
  invalidate(): void {
    this.#sessions.clear();
  }

  /** Tells all clients to reconnect, or that their session is invalid. */
  tell(op: 7 | 9, d: boolean | null = null): void {
    if (op === 9 && d === false) this.invalidate();
    for (const socket of this.#server.clients) socket.send(JSON.stringify({ op, d }));
  }

  /** Ends all connections: with a code, or as when the network breaks. */
  drop(code?: number): void {
    for (const socket of this.#server.clients)
      if (code === undefined) socket.terminate();
      else socket.close(code);
  }

  async close(): Promise<void> {
    this.drop();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #open(socket: WebSocket, url: string): void {
    const query = new URL(url, 'http://fake').searchParams;
    if (query.get('v') !== '10' || query.get('encoding') !== 'json') return socket.close(4012);
    let session: Session | undefined;
    socket.on('error', () => {});
    socket.on('close', (code) => {
      this.closed.push(code);
      if (session?.socket === socket) delete session.socket;
    });
    socket.on('message', (data) => {
      const { op, d } = JSON.parse((data as Buffer).toString()) as { op: number; d: Record<string, unknown> };
      if (op === 1) {
        if (this.answersHeartbeats) socket.send(JSON.stringify({ op: 11 }));
        return;
      }
      if (session) return socket.close(op === 2 || op === 6 ? 4005 : 4001);
      if (op === 2) session = this.#identify(socket, d);
      else if (op === 6) session = this.#resume(socket, d);
      else socket.close(4003);
    });
    socket.send(JSON.stringify({ op: 10, d: { heartbeat_interval: this.heartbeatMs } }));
  }

  #identify(socket: WebSocket, d: Record<string, unknown>): Session | undefined {
    this.heard.push('identify');
    const { token, intents } = d;
    const refusal = this.#refusalOf(wrongField('identify', d), token, Number(intents));
    if (refusal !== undefined) {
      socket.close(refusal);
      return undefined;
    }
    const session: Session = { id: `session-${++this.#made}`, events: [], socket };
    this.#sessions.set(session.id, session);
    const guilds = this.#options.guilds();
    this.#dispatchTo(session, 'READY', {
      v: 10,
      user: this.#options.user,
      guilds: guilds.map(({ id }) => ({ id, unavailable: true })),
      session_id: session.id,
      resume_gateway_url: this.url,
      shard: d['shard'],
      application: { id: '1', flags: 0 },
    });
    for (const guild of guilds) this.#dispatchTo(session, 'GUILD_CREATE', guild);
    return session;
  }

  #refusalOf(field: string | undefined, token: unknown, intents: number): number | undefined {
    if (field !== undefined) return 4002;
    if (token !== this.#options.token) return 4004;
    if ((intents & ~KNOWN_INTENTS) !== 0) return 4013;
    return (intents & MESSAGE_CONTENT) !== 0 && !this.allowsMessageContent ? 4014 : undefined;
  }

  #resume(socket: WebSocket, d: Record<string, unknown>): Session | undefined {
    const { token, session_id: id, seq } = d as { token: string; session_id: string; seq: number };
    this.heard.push(`resume ${seq}`);
    const session = this.#sessions.get(id);
    if (wrongField('resume', d) !== undefined) socket.close(4002);
    else if (token !== this.#options.token) socket.close(4004);
    else if (!session) socket.send(JSON.stringify({ op: 9, d: false }));
    else if (seq > session.events.length) socket.close(4007);
    else return this.#replay(session, socket, seq);
    return undefined;
  }

  #replay(session: Session, socket: WebSocket, seq: number): Session {
    session.socket = socket;
    session.events.slice(seq).forEach((event, index) => send(socket, event, seq + index + 1));
    this.#dispatchTo(session, 'RESUMED', {});
    return session;
  }

  #dispatchTo(session: Session, t: string, d: unknown): void {
    session.events.push({ t, d });
    if (session.socket) send(session.socket, { t, d }, session.events.length);
  }
}

function send(socket: WebSocket, { t, d }: Session['events'][number], s: number): void {
  socket.send(JSON.stringify({ op: 0, t, s, d }));
}
