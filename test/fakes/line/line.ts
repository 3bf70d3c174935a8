import type { messagingApi } from '@line/bot-sdk';
import { type ApiAnswer, type ApiRequest, FakeApi } from '../fake-api.ts';
import type { FakeFile } from '../rig.ts';
import { checkFields, checkMessages, LineError } from './requests.ts';

const TOKEN_LIFE_MS = 60_000;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const USER = /^U[0-9a-f]{32}$/;

/** A message of the bot, as it is seen. */
export interface ShownMessage {
  id: string;
  text: string;
  /** Labels of its quick replies, and what they send. */
  buttons: { label: string; value: string }[];
  by: 'reply' | 'push';
}

interface ReplyToken {
  chat: string;
  until: number;
}

/** The Messaging API of one channel: refuses what the real one refuses, and about fields stricter. */
export class FakeLine {
  readonly api: FakeApi;
  readonly loading: string[] = [];
  /** Files that are still converted. */
  readonly converting = new Set<string>();
  /** Messages that the plan still allows to push. */
  quota = Number.POSITIVE_INFINITY;
  readonly #accessToken: string;
  readonly #chats = new Map<string, ShownMessage[]>();
  readonly #tokens = new Map<string, ReplyToken>();
  readonly #accepted = new Map<string, { request: string; sent: messagingApi.SentMessage[] }>();
  readonly #files = new Map<string, FakeFile>();
  #ids = 461_230_966_842_064_000;

  static async start(accessToken: string): Promise<FakeLine> {
    let fake: FakeLine | undefined;
    const api = await FakeApi.start((request) => fake?.act(request) ?? { status: 503 });
    fake = new FakeLine(accessToken, api);
    return fake;
  }

  private constructor(accessToken: string, api: FakeApi) {
    this.#accessToken = accessToken;
    this.api = api;
  }

  nextId(): string {
    return String((this.#ids += 64));
  }

  /** Opens a chat, and gives a reply token of an event in it. */
  newReplyToken(chat: string, at = Date.now()): string {
    const token = `nHuyWiB7yP5Zw52FIkcQobQuGDXC${this.nextId()}`;
    this.#tokens.set(token, { chat, until: at + TOKEN_LIFE_MS });
    if (!this.#chats.has(chat)) this.#chats.set(chat, []);
    return token;
  }

  addFile(messageId: string, file: FakeFile): void {
    this.#files.set(messageId, file);
  }

  shown(chat: string): ShownMessage[] {
    return this.#chats.get(chat) ?? [];
  }

  act(request: ApiRequest): ApiAnswer {
    try {
      return this.#answer(request);
    } catch (error) {
      if (!(error instanceof LineError)) throw error;
      const { status, message, details } = error;
      return { status, body: { message, ...(details.length > 0 && { details }) } };
    }
  }

  #answer(request: ApiRequest): ApiAnswer {
    const { method, path, headers } = request;
    if (headers.authorization !== `Bearer ${this.#accessToken}`)
      throw new LineError(
        401,
        'Authentication failed. Confirm that the access token in the authorization header is valid.',
      );
    const [, fileId] = /^\/v2\/bot\/message\/(\d+)\/content$/.exec(path) ?? [];
    if (method === 'GET' && fileId !== undefined) return this.#content(fileId);
    if (method !== 'POST') throw new LineError(404, 'Not found');
    if (path === '/v2/bot/message/reply') return this.#reply(request);
    if (path === '/v2/bot/message/push') return this.#push(request);
    if (path === '/v2/bot/chat/loading/start') return this.#load(request);
    throw new LineError(404, 'Not found');
  }

  #reply(request: ApiRequest): ApiAnswer {
    if (request.headers['x-line-retry-key'] !== undefined)
      throw new LineError(400, 'The retry key is not supported by this API');
    const body = jsonOf(request) as messagingApi.ReplyMessageRequest;
    checkFields('reply', body);
    const messages = checkMessages(body.messages);
    const token = this.#tokens.get(body.replyToken);
    this.#tokens.delete(body.replyToken);
    if (!token || token.until < Date.now()) throw new LineError(400, 'Invalid reply token');
    return accepted(this.nextId(), this.#show(token.chat, messages, 'reply'));
  }

  #push(request: ApiRequest): ApiAnswer {
    const key = request.headers['x-line-retry-key'];
    if (typeof key === 'string' && !UUID.test(key)) throw new LineError(400, 'The retry key is invalid');
    const body = jsonOf(request) as messagingApi.PushMessageRequest;
    checkFields('push', body);
    const messages = checkMessages(body.messages);
    const before = typeof key === 'string' ? this.#accepted.get(key) : undefined;
    if (before)
      return {
        status: 409,
        body: { message: 'The retry key is already accepted', sentMessages: before.sent },
        headers: { 'x-line-request-id': this.nextId(), 'x-line-accepted-request-id': before.request },
      };
    if (!this.#chats.has(body.to)) throw new LineError(400, 'Failed to send messages');
    if (this.quota < messages.length) throw new LineError(429, 'You have reached your monthly limit.');
    this.quota -= messages.length;
    const sent = this.#show(body.to, messages, 'push');
    const id = this.nextId();
    if (typeof key === 'string') this.#accepted.set(key, { request: id, sent });
    return accepted(id, sent);
  }

  #load(request: ApiRequest): ApiAnswer {
    const body = jsonOf(request) as messagingApi.ShowLoadingAnimationRequest;
    checkFields('loading', body);
    const { chatId, loadingSeconds: seconds = 20 } = body;
    if (!USER.test(chatId)) throw new LineError(400, 'chatId is invalid');
    if (seconds % 5 !== 0 || seconds < 5 || seconds > 60)
      throw new LineError(400, 'loadingSeconds is invalid');
    this.loading.push(chatId);
    return { status: 202, body: {} };
  }

  #content(id: string): ApiAnswer {
    const file = this.#files.get(id);
    if (!file) throw new LineError(404, 'Not found');
    if (this.converting.has(id)) return { status: 202 };
    return { status: 200, body: file.bytes, headers: { 'content-type': file.mediaType } };
  }

  #show(
    chat: string,
    messages: messagingApi.TextMessage[],
    by: ShownMessage['by'],
  ): messagingApi.SentMessage[] {
    const added = messages.map(({ text, quickReply }) => ({
      id: this.nextId(),
      text,
      by,
      buttons: (quickReply?.items ?? []).map(({ action }) => {
        const { label = '', data = '' } = action as messagingApi.PostbackAction;
        return { label, value: data };
      }),
    }));
    this.#chats.set(chat, [...this.shown(chat), ...added]);
    return added.map(({ id }) => ({ id, quoteToken: `quote-${id}` }));
  }
}

function jsonOf({ headers, body }: ApiRequest): unknown {
  if (!headers['content-type']?.startsWith('application/json'))
    throw new LineError(415, 'Unsupported media type');
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new LineError(400, 'The request body could not be parsed as JSON');
  }
}

function accepted(requestId: string, sentMessages: messagingApi.SentMessage[]): ApiAnswer {
  return { status: 200, body: { sentMessages }, headers: { 'x-line-request-id': requestId } };
}
