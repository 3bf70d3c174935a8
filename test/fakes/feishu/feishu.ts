import { type ApiAnswer, type ApiRequest, FakeApi } from '../fake-api.ts';
import { FakeChats, type FakeMessage } from './chats.ts';
import { invalid, OpenApiError } from './error.ts';
import { checkFields, type Payload, patchCard, putText, sendMessage } from './messages.ts';

export const APP = { id: 'cli_a1b2c3d4e5f6', secret: 'app-secret-WbYyD2TU' };
export const BOT_ID = 'ou_b07';

/** The Open API with one bot: as strict as the real one, and about fields stricter. */
export class FakeFeishu {
  readonly chats = new FakeChats();
  /** What the app may not do. */
  readonly forbidden = new Set<'reading messages'>();
  readonly api: FakeApi;
  #token = 0;
  readonly #valid = new Set<string>();

  static async start(): Promise<FakeFeishu> {
    let fake: FakeFeishu | undefined;
    const api = await FakeApi.start((request) => fake?.answer(request) ?? { status: 503 });
    fake = new FakeFeishu(api);
    return fake;
  }

  private constructor(api: FakeApi) {
    this.api = api;
  }

  /** All access tokens so far are no longer taken. */
  revokeTokens(): void {
    this.#valid.clear();
  }

  /** Messages of the bot in a chat that have this type. */
  sent(chatId: string, ...types: string[]): FakeMessage[] {
    return this.chats.of(chatId, APP.id).filter(({ type }) => types.includes(type));
  }

  async answer(request: ApiRequest): Promise<ApiAnswer> {
    try {
      return await this.#act(request);
    } catch (error) {
      if (!(error instanceof OpenApiError)) throw error;
      return { status: error.status, body: { code: error.code, msg: error.message } };
    }
  }

  async #act(request: ApiRequest): Promise<ApiAnswer> {
    const path = request.path.replace(/^\/open-apis\//, '');
    const route = `${request.method} ${path}`;
    if (route === 'POST auth/v3/tenant_access_token/internal') return this.#grant(json(request));
    this.#checkToken(request);
    if (route === 'GET bot/v3/info')
      return ok({ bot: { open_id: BOT_ID, app_name: 'Holdfast', activate_status: 2 } });
    if (route === 'POST im/v1/images')
      return ok({ data: { image_key: await this.#upload(request, 'image') } });
    if (route === 'POST im/v1/files') return ok({ data: { file_key: await this.#upload(request, 'file') } });
    if (route === 'POST im/v1/messages') return this.#create(request);
    if (route === 'GET im/v1/messages') return this.#list(request);
    const [, id = '', rest] = /^im\/v1\/messages\/(\w+)(?:\/(.+))?$/.exec(path) ?? [];
    const [, key] = /^resources\/([\w-]+)$/.exec(rest ?? '') ?? [];
    if (request.method === 'GET' && key) return this.#resource(id, key, request);
    if (request.method === 'POST' && rest === 'reply') return this.#reply(id, json(request));
    if (rest === undefined && id) {
      if (request.method === 'GET') return this.#get(id);
      if (request.method === 'PATCH') return this.#edit(patchCard, 'patch', id, json(request));
      if (request.method === 'PUT') return this.#edit(putText, 'update', id, json(request));
    }
    return { status: 404, body: '404 page not found' };
  }

  #grant({ app_id: id, app_secret: secret }: Payload): ApiAnswer {
    if (id !== APP.id) throw new OpenApiError(10003, 'invalid param', 200);
    if (secret !== APP.secret) throw new OpenApiError(10014, 'app secret invalid', 200);
    this.#token += 1;
    const token = `t-secret-token-${this.#token}`;
    this.#valid.add(token);
    return ok({ tenant_access_token: token, expire: 7200 });
  }

  #checkToken({ headers }: ApiRequest): void {
    const [, token] = /^Bearer (.+)$/.exec(headers.authorization ?? '') ?? [];
    if (token === undefined) throw new OpenApiError(99991661, 'Missing access token for authorization.');
    if (!this.#valid.has(token))
      throw new OpenApiError(99991663, 'Invalid access token for authorization. Please make a test attempt.');
  }

  #create(request: ApiRequest): ApiAnswer {
    const payload = json(request);
    if (request.query.get('receive_id_type') !== 'chat_id') throw invalid('receive_id_type');
    checkFields('create', payload);
    const chatId = String(payload.receive_id);
    if (!chatId.startsWith('oc_')) throw new OpenApiError(230034, 'The receive_id is invalid.');
    if (!this.chats.chats.has(chatId))
      throw new OpenApiError(230002, 'The bot can not be outside the group.');
    return ok({ data: describe(sendMessage(this.chats, APP.id, { chatId }, payload)) });
  }

  #reply(id: string, { reply_in_thread: inThread = false, ...payload }: Payload): ApiAnswer {
    checkFields('reply', payload);
    if (typeof inThread !== 'boolean')
      throw new OpenApiError(99992402, 'field validation failed: reply_in_thread');
    const parent = this.chats.find(id);
    if (!parent) throw invalid('invalid message_id');
    if (parent.recalled) throw new OpenApiError(230011, 'The message is recalled.');
    const threadId = parent.threadId ?? (inThread ? this.chats.nextId('omt') : undefined);
    const place = { chatId: parent.chatId, parentId: id, ...(threadId && { threadId }) };
    return ok({ data: describe(sendMessage(this.chats, APP.id, place, payload)) });
  }

  #edit(edit: typeof patchCard, method: 'patch' | 'update', id: string, payload: Payload): ApiAnswer {
    checkFields(method, payload);
    edit(this.chats, APP.id, id, payload);
    return ok({ data: {} });
  }

  #get(id: string): ApiAnswer {
    if (this.forbidden.has('reading messages'))
      throw new OpenApiError(230027, 'Lack of necessary permissions, ext=need scope: im:message');
    const message = this.chats.find(id);
    if (!message) throw invalid('invalid message_id');
    return ok({ data: { items: [describe(message)] } });
  }

  #list({ query }: ApiRequest): ApiAnswer {
    const thread = query.get('container_id');
    if (query.get('container_id_type') !== 'thread' || query.get('sort_type') !== 'ByCreateTimeDesc')
      throw invalid('container_id_type');
    const items = this.chats.messages.filter(({ threadId, recalled }) => threadId === thread && !recalled);
    return ok({
      data: {
        items: items
          .toReversed()
          .slice(0, Number(query.get('page_size')))
          .map(describe),
      },
    });
  }

  #resource(id: string, key: string, { query }: ApiRequest): ApiAnswer {
    const message = this.chats.find(id);
    const type = query.get('type');
    if (type !== 'image' && type !== 'file') throw new OpenApiError(234001, 'Invalid request param.');
    const file = this.chats.files.get(key);
    if (!message?.content.includes(key) || !file || (type === 'image') !== key.startsWith('img'))
      throw new OpenApiError(234003, 'File not in msg.');
    return { status: 200, body: file.bytes, headers: { 'content-type': file.mediaType } };
  }

  async #upload({ headers, body }: ApiRequest, what: 'image' | 'file'): Promise<string> {
    const type = headers['content-type'] ?? '';
    if (!type.startsWith('multipart/form-data')) throw new OpenApiError(234001, 'Invalid request param.');
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
    const blob = form.get(what);
    const fields = what === 'image' ? ['image_type', 'image'] : ['file_type', 'file_name', 'file'];
    if (
      !(blob instanceof Blob) ||
      blob.size === 0 ||
      [...form.keys()].toSorted().join() !== fields.toSorted().join() ||
      form.get(`${what}_type`) !== (what === 'image' ? 'message' : 'stream')
    )
      throw new OpenApiError(234001, 'Invalid request param.');
    if (blob.size > (what === 'image' ? 10 : 30) * 1024 * 1024)
      throw new OpenApiError(234006, 'The file size exceed the max value.');
    const key = this.chats.nextId(what === 'image' ? 'img_v3' : 'file_v3');
    const named = form.get('file_name');
    const name = typeof named === 'string' ? named : '';
    const bytes = new Uint8Array(await blob.arrayBuffer());
    this.chats.files.set(key, { name, mediaType: blob.type, bytes });
    return key;
  }
}

function ok(body: object): ApiAnswer {
  return { status: 200, body: { code: 0, msg: 'success', ...body } };
}

function json({ headers, body }: ApiRequest): Payload {
  if (!headers['content-type']?.startsWith('application/json'))
    throw new OpenApiError(9499, 'Bad Request: content-type');
  return JSON.parse(body.toString()) as Payload;
}

function describe(message: FakeMessage): Payload {
  const { id, from, type, content, chatId, createdAt, threadId, parentId, recalled } = message;
  const isBot = from.startsWith('cli_');
  return {
    message_id: id,
    ...(parentId && { root_id: parentId, parent_id: parentId }),
    ...(threadId && { thread_id: threadId }),
    msg_type: type,
    create_time: String(createdAt),
    update_time: String(createdAt),
    deleted: recalled,
    updated: false,
    chat_id: chatId,
    sender: { id: from, id_type: isBot ? 'app_id' : 'open_id', sender_type: isBot ? 'app' : 'user' },
    // A card is read back as paragraphs.
    body: {
      content: message.card
        ? JSON.stringify({ title: null, elements: [[{ tag: 'text', text: message.card.text }]] })
        : content,
    },
  };
}
