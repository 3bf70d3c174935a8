import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FakeFile } from '../rig.ts';
import { type ChatType, FakeChats, type FakeMessage } from './chats.ts';
import { type Fault, Faults } from './faults.ts';
import { BotApiError, type BotState, checkFields, describe, METHODS, type Payload } from './methods.ts';
import { WebhookDelivery } from './webhook.ts';

export interface FakeTelegramOptions {
  /** `{id}:{anything}`. */
  token: string;
  webhookSecret: string;
  /** Where updates go; can be set later, or by `setWebhook`. */
  webhookUrl?: string;
  username?: string;
}

export interface SayOptions {
  /** User id; default: 7. */
  from?: number;
  name?: string;
  chatType?: ChatType;
  /** Forum topic; makes the chat a forum. */
  threadId?: number;
  /** Message id. */
  replyTo?: number;
  /** More fields of the message, or others in their place. */
  extra?: Payload;
}

export interface Said {
  messageId: number;
  updateId: number;
  update: { update_id: number };
  /** Resolves when the webhook has acknowledged it. */
  delivered: Promise<void>;
}

/** A call of the Bot API, as it was answered (0: not at all). */
export interface FakeCall {
  method: string;
  payload: Payload;
  status: number;
}

/**
 * A Bot API over HTTP with one bot: keeps chats, refuses what the real one refuses, sends updates to a webhook until
 * they are acknowledged, and has faults on demand.
 */
export class FakeTelegram {
  readonly calls: FakeCall[] = [];
  readonly #token: string;
  readonly #chats = new FakeChats();
  readonly #faults = new Faults();
  readonly #server: Server;
  readonly #state: BotState;
  readonly #delivery: WebhookDelivery;
  readonly #releases = new Set<() => void>();
  #updateId = 500_000;

  static async start(options: FakeTelegramOptions): Promise<FakeTelegram> {
    const fake = new FakeTelegram(options);
    await new Promise<void>((resolve) => fake.#server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  private constructor({
    token,
    webhookSecret,
    webhookUrl = '',
    username = 'HoldfastBot',
  }: FakeTelegramOptions) {
    this.#token = token;
    const webhook = { url: webhookUrl, secret: webhookSecret };
    this.#delivery = new WebhookDelivery(() => (webhook.url === '' ? undefined : webhook));
    this.#state = {
      chats: this.#chats,
      files: new Map(),
      me: { id: Number(token.split(':')[0]), is_bot: true, first_name: 'Holdfast', username },
      webhook,
      commands: [],
      pendingUpdates: () => this.#delivery.pending,
    };
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  /** The API's root, for `TELEGRAM_API_BASE_URL`. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get webhookUrl(): string {
    return this.#state.webhook.url;
  }
  set webhookUrl(url: string) {
    this.#state.webhook.url = url;
  }

  /** The commands that people are offered. */
  get commands(): BotState['commands'] {
    return this.#state.commands;
  }

  /** Every attempt to deliver an update. */
  get attempts(): WebhookDelivery['attempts'] {
    return this.#delivery.attempts;
  }

  /** A person writes in a chat, which is made if need be. */
  say(chatId: number, text: string, options: SayOptions = {}): Said {
    const { threadId, replyTo, chatType } = options;
    const chat = this.#chats.open(chatId, chatType);
    if (threadId !== undefined) chat.forum = true;
    const message = this.#chats.add(chat, {
      from: 'user',
      source: text,
      text,
      entities: [],
      ...(threadId !== undefined && { threadId }),
      ...(replyTo !== undefined && { replyTo }),
    });
    const answered = chat.messages.find(({ id }) => id === replyTo);
    const person = { id: options.from ?? 7, is_bot: false, first_name: options.name ?? 'Ann' };
    const asReply = answered && {
      reply_to_message: describe(chat, answered, answered.from === 'bot' ? this.#state.me : person),
    };
    return this.#send(chatId, message.id, {
      message: { ...describe(chat, message, person), ...asReply, ...options.extra },
    });
  }

  /** A person changes what they wrote. */
  edit(chatId: number, messageId: number, text: string, { from = 7, name = 'Ann' }: SayOptions = {}): Said {
    const chat = this.#chats.open(chatId);
    const message = chat.messages.find(({ id }) => id === messageId);
    if (!message || message.from !== 'user')
      throw new Error(`no message ${messageId} of a user in chat ${chatId}`);
    message.edits.push(message.text);
    Object.assign(message, { text, source: text });
    const person = { id: from, is_bot: false, first_name: name };
    return this.#send(chatId, messageId, {
      edited_message: { ...describe(chat, message, person), edit_date: Math.floor(Date.now() / 1000) },
    });
  }

  /** A person sends a file, with a caption if the text is not empty. */
  sendFile(chatId: number, text: string, file: FakeFile, options: SayOptions = {}): Said {
    const id = `file-${this.#state.files.size + 1}`;
    this.#state.files.set(id, file);
    const { name: file_name, mediaType: mime_type, bytes } = file;
    const document = {
      file_id: id,
      file_unique_id: `unique-${id}`,
      file_name,
      mime_type,
      file_size: bytes.length,
    };
    const { text: _, ...extra } = { text, ...(text && { caption: text }), document };
    return this.say(chatId, text, { ...options, extra: { ...extra, text: undefined } });
  }

  /** A person presses a button of the bot's latest message that has it. */
  press(chatId: number, label: string, who: Pick<SayOptions, 'from' | 'name'> = {}): Said {
    const message = this.messages(chatId, 'bot').findLast(({ buttons }) => buttons?.includes(label));
    if (!message) throw new Error(`no button ${label} in chat ${chatId}`);
    return this.pressData(chatId, message.id, message.values?.[message.buttons?.indexOf(label) ?? 0], who);
  }

  /** A client sends what a button of the message said earlier, or whatever it likes. */
  pressData(
    chatId: number,
    messageId: number,
    data: string | undefined,
    { from = 7, name = 'Ann' }: Pick<SayOptions, 'from' | 'name'> = {},
  ): Said {
    const chat = this.#chats.open(chatId);
    const message = chat.messages.find(({ id }) => id === messageId);
    if (!message) throw new Error(`no message ${messageId} in chat ${chatId}`);
    return this.#send(chatId, messageId, {
      callback_query: {
        id: `query-${messageId}`,
        from: { id: from, is_bot: false, first_name: name },
        chat_instance: '1',
        message: describe(chat, message, this.#state.me),
        data,
      },
    });
  }

  /** Delivers an update again, as if the answer had been lost. Resolves with the status. */
  redeliver(said: Said): Promise<number | undefined> {
    return this.#delivery.repeat(said.update);
  }

  /** What is seen in a chat, oldest first; `from` one side only if given. */
  messages(chatId: number, from?: FakeMessage['from']): FakeMessage[] {
    const messages = this.#chats.find(chatId)?.messages ?? [];
    return messages.filter((message) => from === undefined || message.from === from);
  }

  /** Resolves with the first message of the bot in the chat that fits. */
  async waitFor(
    chatId: number,
    fits: (message: FakeMessage) => boolean = () => true,
    timeoutMs = 30_000,
  ): Promise<FakeMessage> {
    for (const end = Date.now() + timeoutMs; Date.now() < end; await sleep(25)) {
      const found = this.messages(chatId, 'bot').find(fits);
      if (found) return found;
    }
    const seen = this.messages(chatId).map(({ from, text }) => `${from}: ${text}`);
    throw new Error(
      `no such message of the bot in chat ${chatId} within ${timeoutMs} ms; seen:\n${seen.join('\n')}`,
    );
  }

  /** The person blocks the bot, or the group throws it out. */
  block(chatId: number, blocked = true): void {
    this.#chats.open(chatId).blocked = blocked;
  }

  /** The next calls of the method are answered so, without acting. */
  fail(
    method: string,
    {
      status,
      body,
      headers = {},
      times = 1,
    }: { status: number; body?: unknown; headers?: Record<string, string>; times?: number },
  ): void {
    const description = status >= 500 ? 'Internal Server Error' : 'Bad Request';
    const answer = body ?? { ok: false, error_code: status, description };
    this.#faults.add(method, { kind: 'refuse', status, body: answer, headers }, times);
  }

  /** The next calls are refused with 429 and a pause in seconds. */
  flood(method: string, retryAfter: number, times = 1): void {
    const description = `Too Many Requests: retry after ${retryAfter}`;
    const body = { ok: false, error_code: 429, description, parameters: { retry_after: retryAfter } };
    this.fail(method, { status: 429, body, times });
  }

  /** The next calls act, and are not answered until they are released. */
  hold(method: string, times = 1): { release(): void } {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#releases.add(resolve);
    this.#faults.add(method, { kind: 'hold', released: promise }, times);
    return { release: resolve };
  }

  /** The next calls act, and their connection is cut. */
  cutAfterActing(method: string, times = 1): void {
    this.#faults.add(method, { kind: 'cut' }, times);
  }

  /** The next calls take this long. */
  delay(method: string, ms: number, times = 1): void {
    this.#faults.add(method, { kind: 'delay', ms }, times);
  }

  /** Takes back all faults, and answers what is held. */
  heal(): void {
    this.#faults.clear();
    for (const release of this.#releases) release();
    this.#releases.clear();
  }

  async close(): Promise<void> {
    this.heal();
    await this.#delivery.stop();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #send(chatId: number, messageId: number, content: Payload): Said {
    const update = { update_id: ++this.#updateId, ...content };
    const delivered = this.#delivery.enqueue(chatId, update);
    return { messageId, updateId: update.update_id, update, delivered };
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const [, fileToken, fileId = ''] =
      /^\/file\/bot([^/]+)\/documents\/([\w-]+)$/.exec(request.url ?? '') ?? [];
    if (fileToken !== undefined) return this.#serveFile(fileToken === this.#token ? fileId : '', response);
    const [, token, method = ''] = /^\/bot([^/]+)\/(\w+)$/.exec(request.url ?? '') ?? [];
    const call: FakeCall = { method, payload: {}, status: 0 };
    this.calls.push(call);
    const fault = this.#faults.take(method);
    if (fault?.kind === 'delay') await sleep(fault.ms);
    const answer =
      fault?.kind === 'refuse'
        ? refusal(fault)
        : await this.#answer(call, token, request.headers['content-type'] ?? '', Buffer.concat(chunks));
    if (fault?.kind === 'cut') return void request.socket.destroy();
    if (fault?.kind === 'hold') await fault.released;
    call.status = answer.status;
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
  }

  #serveFile(id: string, response: ServerResponse): void {
    const file = this.#state.files.get(id);
    if (!file) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(file.bytes);
  }

  async #answer(
    call: FakeCall,
    token: string | undefined,
    contentType: string,
    body: Buffer,
  ): Promise<Answer> {
    try {
      if (token !== this.#token)
        throw new BotApiError(
          token === undefined || !/^\d+:./.test(token) ? 404 : 401,
          token ? 'Unauthorized' : 'Not Found',
        );
      const act = METHODS[call.method];
      if (!act) throw new BotApiError(404, 'Not Found');
      call.payload = await readPayload(contentType, body);
      checkFields(call.method, call.payload);
      return { status: 200, body: { ok: true, result: act(this.#state, call.payload) } };
    } catch (error) {
      const { code, message } = error instanceof BotApiError ? error : new BotApiError(500, String(error));
      return { status: code, body: { ok: false, error_code: code, description: message } };
    }
  }
}

/** JSON, or a form whose files are named by other fields. */
async function readPayload(contentType: string, body: Buffer): Promise<Payload> {
  if (body.length === 0) return {};
  if (!contentType.startsWith('multipart/form-data')) return JSON.parse(body.toString());
  const form = await new Response(new Uint8Array(body), {
    headers: { 'content-type': contentType },
  }).formData();
  const payload: Payload = {};
  const attached = new Set<string>();
  for (const [name, value] of form) {
    if (typeof value !== 'string') continue;
    const [, part] = /^attach:\/\/(.+)$/.exec(value) ?? [];
    const file = part === undefined ? undefined : form.get(part);
    if (part !== undefined && file instanceof File) {
      attached.add(part);
      const bytes = new Uint8Array(await file.arrayBuffer());
      payload[name] = { name: file.name, mediaType: file.type, bytes };
    } else payload[name] = /^[[{]|^-?\d+$|^(true|false)$/.test(value) ? JSON.parse(value) : value;
  }
  for (const [name, value] of form)
    if (typeof value !== 'string' && !attached.has(name))
      throw new BotApiError(400, `Bad Request: stray file ${name}`);
  return payload;
}

interface Answer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

function refusal({ status, body, headers }: Extract<Fault, { kind: 'refuse' }>): Answer {
  return { status, body, headers };
}
