import { EventEmitter, once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { ReplyEntry } from '../../contract/transcript.ts';
import { createWebChat } from '../../gateway/web-chat/web-chat.ts';

interface Durable {
  seq: number;
  event: string;
  data: Record<string, unknown>;
}

/** A gateway with the web chat whose one conversation is played by the test. What it holds survives {@link stop}. */
export class StandIn {
  /** Every accepted message, as often as it was sent. */
  readonly posts: { conversation: string; id: string; text: string }[] = [];
  /** Cursors of the event streams that were opened. */
  readonly cursors: number[] = [];
  /** Answers to the next posts, instead of taking them. */
  readonly refusals: (() => Response)[] = [];
  /** A bearer key that is asked for. */
  key: string | undefined;
  /** Take a message into the conversation as soon as it is posted. */
  receiving = true;
  #durable: Durable[] = [];
  #status = { status: 'idle', waiting: 0, running: [] as { callId: string; name: string }[] };
  #turn = 0;
  readonly #changes = new EventEmitter().setMaxListeners(0);
  #server: Server | undefined;
  #port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get turn(): number {
    return this.#turn;
  }

  async start(): Promise<void> {
    const app = this.#app().route('/', createWebChat());
    const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: this.#port }) as Server;
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server?.close(resolve));
    this.#server?.closeAllConnections();
    await closed;
  }

  message(text: string, id = `m${this.#durable.length}`, turn = this.#turn + 1): void {
    this.#turn = turn;
    this.#add('message', { id, text, at: Date.now() });
  }

  step(text: string, calls: { id: string; name: string; input: unknown }[] = []): void {
    this.#add('step', { text, calls });
  }

  tool(callId: string, name: string, output: string, outcome = 'ok'): void {
    this.#add('tool', { callId, name, outcome, output });
  }

  approval(id: string, tool: string, { scope = '', task }: { scope?: string; task?: string } = {}): void {
    const buttons = [
      { label: 'Approve', value: `/approve ${id}` },
      { label: 'For this conversation', value: `/approve ${id} conversation` },
      { label: 'Always', value: `/approve ${id} always` },
      { label: 'Deny', value: `/deny ${id}` },
    ];
    const shown = `\`${tool}\`\n\`\`\`json\n{\n "amount": 12\n}\n\`\`\``;
    const expiresAt = Date.now() + 24 * 3_600_000;
    const asked = { id, tool, shown, scope, expiresAt, text: 'May I?', buttons, answers: [] };
    this.#add('approval', { ...asked, ...(task ? { task } : {}) });
  }

  decision(id: string, outcome: string, rest: { reach?: string; by?: string } = {}): void {
    this.#add('decision', { id, outcome, ...rest });
  }

  /** `extras` are its buttons and files. */
  reply(
    text: string,
    status = 'answered',
    answers: string[] = this.#answered(),
    extras: Pick<ReplyEntry, 'buttons' | 'files'> = {},
  ): void {
    this.#add('reply', { status, text, answers, ...extras });
  }

  delta(text: string, offset: number, step = 1, attempt = 1): void {
    this.#changes.emit('live', 'delta', { turn: this.#turn, step, attempt, offset, text });
  }

  progress(callId: string, text: string): void {
    this.#changes.emit('live', 'progress', { turn: this.#turn, callId, text });
  }

  status(status: string, running: { callId: string; name: string }[] = [], waiting = 0): void {
    this.#status = { status, running, waiting };
    this.#changes.emit('live', 'status', this.#status);
  }

  #add(event: string, data: Record<string, unknown>): void {
    const seq = this.#durable.length + 1;
    this.#durable.push({ seq, event, data: { seq, turn: this.#turn, ...data } });
    this.#changes.emit('durable');
  }

  #answered(): string[] {
    return this.#durable
      .filter(({ event, data }) => event === 'message' && data.turn === this.#turn)
      .map(({ data }) => String(data.id));
  }

  #app(): Hono {
    const app = new Hono();
    app.use('/v1/*', async (c, next) => {
      if (this.key === undefined || c.req.header('Authorization') === `Bearer ${this.key}`) return next();
      return c.json({ error: { code: 'unauthorized', message: 'A key is needed.' } }, 401);
    });
    app.post('/v1/conversations/:id/messages', async (c) => {
      const refusal = this.refusals.shift();
      if (refusal) return refusal();
      const conversation = c.req.param('id');
      const { id, text } = await c.req.json<{ id: string; text: string }>();
      const duplicate = this.posts.some((post) => post.id === id);
      this.posts.push({ conversation, id, text });
      if (!duplicate && this.receiving) this.message(text, id);
      return c.json({ conversation: `web/${conversation}`, message: id, duplicate }, 202);
    });
    app.get('/v1/conversations/:id', (c) => {
      if (this.#durable.length === 0) return c.json({ error: { code: 'not_found', message: 'None.' } }, 404);
      const links = { temporal: 'http://127.0.0.1:1/workflow' };
      return c.json({ conversation: `web/${c.req.param('id')}`, ...this.#status, links });
    });
    app.get('/v1/conversations/:id/events', (c) =>
      streamSSE(c, async (stream) => {
        let cursor = Number(c.req.header('Last-Event-ID') ?? c.req.query('after') ?? 0);
        this.cursors.push(cursor);
        const flush = () => {
          for (const { seq, event, data } of this.#durable.filter((entry) => entry.seq > cursor)) {
            cursor = seq;
            void stream.writeSSE({ id: String(seq), event, data: JSON.stringify(data) });
          }
        };
        const live = (event: string, data: unknown) =>
          void stream.writeSSE({ event, data: JSON.stringify(data) });
        live('status', this.#status);
        flush();
        this.#changes.on('durable', flush).on('live', live);
        await new Promise<void>((resolve) => stream.onAbort(resolve));
        this.#changes.off('durable', flush).off('live', live);
      }),
    );
    return app;
  }
}
