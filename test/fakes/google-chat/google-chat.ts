import type { ApiAnswer, ApiRequest } from '../fake-api.ts';
import { FakeApi } from '../fake-api.ts';
import type { FakeFile } from '../rig.ts';
import { ACTION, BUTTON, CREATE, MESSAGE, PATCH, unknownField } from './fields.ts';
import { GoogleOAuth } from './oauth.ts';

const MAX_BYTES = 32_000;
const UPDATABLE = new Set(['text', 'attachment', 'cards', 'cards_v2', 'accessory_widgets']);

interface Button {
  text: string;
  onClick: { action: { function: string; parameters: { key: string; value: string }[] } };
}

export interface FakeChatMessage {
  name: string;
  clientId?: string;
  requestId?: string;
  thread?: string;
  text: string;
  markupSyntax?: string;
  buttons: Button[];
  /** By people; the app may not change it. */
  byUser: boolean;
}

class Refusal extends Error {
  readonly code: number;
  readonly status: string;
  constructor(code: number, status: string, message: string) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** The Chat API for one app, over HTTP, with the token endpoint that it needs and the keys that its webhooks are signed with. */
export class FakeGoogleChat {
  readonly api: FakeApi;
  readonly oauth: GoogleOAuth;
  readonly #spaces = new Map<string, FakeChatMessage[]>();
  readonly #media = new Map<string, FakeFile>();
  #ids = 0;

  static async start(publicKey: object): Promise<FakeGoogleChat> {
    const oauth = new GoogleOAuth();
    let fake: FakeGoogleChat | undefined;
    const api = await FakeApi.start((request) => {
      if (request.path === '/jwks') return { status: 200, body: { keys: [publicKey] } };
      if (request.path === '/token') return oauth.grant(request, `${api.url}/token`);
      return fake ? fake.#answer(request) : { status: 500 };
    });
    fake = new FakeGoogleChat(api, oauth);
    return fake;
  }

  private constructor(api: FakeApi, oauth: GoogleOAuth) {
    this.api = api;
    this.oauth = oauth;
  }

  /** A person writes in a space, which is made if need be, in a new thread or one that is there. */
  say(space: string, text: string, thread?: string): FakeChatMessage {
    const id = this.#nextId();
    const message = {
      name: `${space}/messages/${id}.${id}`,
      thread: thread ?? `${space}/threads/${id}`,
      text,
      buttons: [],
      byUser: true,
    };
    this.#spaces.set(space, [...(this.#spaces.get(space) ?? []), message]);
    return message;
  }

  /** What the app shows in a space, oldest first. */
  shown(space: string): FakeChatMessage[] {
    return (this.#spaces.get(space) ?? []).filter(({ byUser }) => !byUser);
  }

  /** The resource name of a file's data. */
  upload(file: FakeFile): string {
    const name = `AATT-${this.#media.size}==/data_${this.#media.size}`;
    this.#media.set(name, file);
    return name;
  }

  /** Google forgets which request ids it has seen. */
  forgetRequests(): void {
    for (const messages of this.#spaces.values()) for (const message of messages) delete message.requestId;
  }

  #answer(request: ApiRequest): ApiAnswer {
    try {
      if (!this.oauth.accepts(request.headers.authorization))
        throw new Refusal(401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.');
      return this.#route(request);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { code, status, message } = error;
      return { status: code, body: { error: { code, message, status } } };
    }
  }

  #route(request: ApiRequest): ApiAnswer {
    const { method, path, query } = request;
    const [, mediaName] = /^\/v1\/media\/(.+)$/.exec(path) ?? [];
    if (method === 'GET' && mediaName && query.get('alt') === 'media')
      return this.#download(decodeURIComponent(mediaName));
    const [, space, id] =
      /^\/v1\/(spaces\/[^/]+)\/messages(?:\/([^/]+))?$/.exec(decodeURIComponent(path)) ?? [];
    if (space && id === undefined && method === 'POST') return this.#create(space, request);
    if (space && id && method === 'PATCH') return this.#patch(this.#find(space, id), request);
    if (space && id && method === 'GET') return { status: 200, body: describe(this.#find(space, id)) };
    return { status: 404, body: 'Not Found' };
  }

  #create(space: string, request: ApiRequest): ApiAnswer {
    const query = Object.fromEntries(request.query);
    refuseUnknown(CREATE, query);
    const body = readMessage(request);
    const messages = this.#spaces.get(space);
    if (!messages)
      throw new Refusal(403, 'PERMISSION_DENIED', 'This Chat app is not a member of this space.');
    const { requestId, messageId: clientId, messageReplyOption } = query;
    const repeated = requestId && messages.find((message) => message.requestId === requestId);
    // The answer tells what was sent now, under the name of what is there.
    if (repeated) return { status: 200, body: { ...body, name: repeated.name } };
    if (clientId !== undefined && !/^client-[a-z0-9-]{1,56}$/.test(clientId))
      throw new Refusal(400, 'INVALID_ARGUMENT', 'Invalid custom message ID.');
    if (clientId && messages.some((message) => message.clientId === clientId))
      throw new Refusal(409, 'ALREADY_EXISTS', 'Requested entity already exists');
    const id = this.#nextId();
    const known = messages.some(({ thread }) => thread === body.thread?.name);
    if (body.thread?.name && !known && messageReplyOption !== 'REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD')
      throw new Refusal(404, 'NOT_FOUND', 'Thread not found.');
    const message: FakeChatMessage = {
      name: `${space}/messages/${id}.${id}`,
      thread: known && body.thread?.name ? body.thread.name : `${space}/threads/${id}`,
      text: body.text,
      buttons: buttonsOf(body),
      byUser: false,
      ...(requestId && { requestId }),
      ...(clientId && { clientId }),
      ...(body.markupSyntax && { markupSyntax: body.markupSyntax }),
    };
    messages.push(message);
    return { status: 200, body: describe(message) };
  }

  #patch(message: FakeChatMessage, request: ApiRequest): ApiAnswer {
    const query = Object.fromEntries(request.query);
    refuseUnknown(PATCH, query);
    const mask = (query.updateMask ?? '').split(',');
    const wrong = mask.find((path) => !UPDATABLE.has(path));
    if (wrong !== undefined) throw new Refusal(400, 'INVALID_ARGUMENT', `Invalid update mask path: ${wrong}`);
    const body = readMessage(request);
    if (message.byUser) throw new Refusal(403, 'PERMISSION_DENIED', 'The caller does not have permission');
    if (mask.includes('text')) {
      message.text = body.text;
      if (body.markupSyntax) message.markupSyntax = body.markupSyntax;
      else delete message.markupSyntax;
    }
    if (mask.includes('accessory_widgets')) message.buttons = buttonsOf(body);
    return { status: 200, body: describe(message) };
  }

  #find(space: string, id: string): FakeChatMessage {
    const name = `${space}/messages/${id}`;
    const found = this.#spaces.get(space)?.find((one) => one.name === name || one.clientId === id);
    if (found) return found;
    throw new Refusal(404, 'NOT_FOUND', 'Message not found.');
  }

  #download(name: string): ApiAnswer {
    const file = this.#media.get(name);
    if (!file) throw new Refusal(404, 'NOT_FOUND', 'Attachment not found.');
    return { status: 200, body: file.bytes, headers: { 'content-type': file.mediaType } };
  }

  #nextId(): string {
    this.#ids += 1;
    return `m${this.#ids}-_x`;
  }
}

interface Body {
  text: string;
  markupSyntax?: string;
  thread?: { name?: string };
  accessoryWidgets?: { buttonList: { buttons: Button[] } }[];
}

function readMessage({ headers, body }: ApiRequest): Body {
  if (headers['content-type'] !== 'application/json')
    throw new Refusal(400, 'INVALID_ARGUMENT', 'Invalid JSON payload received.');
  const message = JSON.parse(body.toString()) as Body;
  refuseUnknown(MESSAGE, message);
  if (body.length > MAX_BYTES) throw new Refusal(400, 'INVALID_ARGUMENT', 'Message is too large.');
  if (typeof message.text !== 'string' || message.text === '')
    throw new Refusal(400, 'INVALID_ARGUMENT', 'Message cannot be empty.');
  if (message.markupSyntax && !/^MARKUP_SYNTAX_(CHAT|MARKDOWN)$/.test(message.markupSyntax))
    throw new Refusal(400, 'INVALID_ARGUMENT', "Invalid value at 'message.markup_syntax'");
  return message;
}

function buttonsOf({ accessoryWidgets = [] }: Body): Button[] {
  const buttons = accessoryWidgets.flatMap(({ buttonList }) => buttonList.buttons);
  for (const button of buttons) {
    refuseUnknown(BUTTON, button);
    refuseUnknown(ACTION, button.onClick.action);
    if (!button.onClick.action.function)
      throw new Refusal(400, 'INVALID_ARGUMENT', 'Action must have a function.');
  }
  return buttons;
}

function refuseUnknown(fields: Record<string, 'input' | 'output'>, given: object): void {
  const name = unknownField(fields, given);
  if (name !== undefined)
    throw new Refusal(400, 'INVALID_ARGUMENT', `Invalid JSON payload received. Unknown name "${name}"`);
}

function describe({ name, clientId, text, thread }: FakeChatMessage) {
  return {
    name,
    sender: { name: 'users/app', type: 'BOT' },
    text,
    thread: { name: thread },
    ...(clientId && { clientAssignedMessageId: clientId }),
  };
}
