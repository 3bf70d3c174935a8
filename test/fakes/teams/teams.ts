import { XMLValidator } from 'fast-xml-parser';
import { type ApiAnswer, type ApiRequest, FakeApi } from '../fake-api.ts';
import type { FakeFile } from '../rig.ts';
import { ACTIVITY, ATTACHMENT, unknownField } from './fields.ts';

const MAX_BYTES = 100 * 1024;
const LARGEST_PICTURE = 1024 * 1024;
const FORMATS = new Set(['plain', 'markdown', 'extendedmarkdown', 'xml']);
const CARD = 'application/vnd.microsoft.card.adaptive';

interface Action {
  type: string;
  title: string;
  data: { msteams: { type: string; displayText: string; text: string; value: unknown } };
}

export interface FakeActivity {
  id: string;
  /** As it was sent. */
  source: string;
  /** What is seen. */
  text: string;
  textFormat: string;
  actions: Action[];
  pictures: FakeFile[];
  byUser: boolean;
}

interface Body {
  type?: string;
  text?: string;
  textFormat?: string;
  attachments?: {
    contentType: string;
    contentUrl?: string;
    name?: string;
    content?: { actions: Action[] };
  }[];
}

class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export interface FakeTeamsOptions {
  appId: string;
  appPassword: string;
  /** Directory that gives tokens for the app. */
  tenant: string;
  publicKey: object;
}

/** The Bot Framework's connector for one bot, with its login and the metadata of its signing keys. */
export class FakeTeams {
  readonly api: FakeApi;
  /** Access tokens that were given, oldest first. */
  readonly tokens: string[] = [];
  /** Activities of type `typing`. */
  typed = 0;
  readonly #options: FakeTeamsOptions;
  readonly #conversations = new Map<string, FakeActivity[]>();
  readonly #files = new Map<string, FakeFile>();
  readonly #revoked = new Set<string>();
  #ids = 1_767_224_900_000;

  static async start(options: FakeTeamsOptions): Promise<FakeTeams> {
    let fake: FakeTeams | undefined;
    const api = await FakeApi.start((request) => fake?.answer(request) ?? { status: 500 });
    fake = new FakeTeams(api, options);
    return fake;
  }

  private constructor(api: FakeApi, options: FakeTeamsOptions) {
    this.api = api;
    this.#options = options;
  }

  /** A person writes in a conversation, which is made if need be. */
  say(conversation: string, text: string): FakeActivity {
    const activity = {
      id: this.#nextId(),
      source: text,
      text,
      textFormat: 'plain',
      actions: [],
      pictures: [],
      byUser: true,
    };
    this.#conversations.set(conversation, [...(this.#conversations.get(conversation) ?? []), activity]);
    return activity;
  }

  /** What the bot shows in a conversation, oldest first. */
  shown(conversation: string): FakeActivity[] {
    return (this.#conversations.get(conversation) ?? []).filter(({ byUser }) => !byUser);
  }

  /** Path of a file that needs the bot's token. */
  keep(file: FakeFile): string {
    const path = `/v3/attachments/${this.#files.size}/views/original`;
    this.#files.set(path, file);
    return path;
  }

  /** Path of a file that refuses to be told the bot's token. */
  link(file: FakeFile): string {
    const path = `/download/${this.#files.size}`;
    this.#files.set(path, file);
    return path;
  }

  /** All tokens that were given are refused from now on. */
  revoke(): void {
    for (const token of this.tokens) this.#revoked.add(token);
  }

  answer(request: ApiRequest): ApiAnswer {
    try {
      return this.#route(request);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { status, code, message } = error;
      return { status, body: { error: { code, message } } };
    }
  }

  #route(request: ApiRequest): ApiAnswer {
    const { method, path, headers } = request;
    const { publicKey, tenant } = this.#options;
    if (path === '/metadata')
      return {
        status: 200,
        body: { issuer: 'https://api.botframework.com', jwks_uri: `${this.api.url}/keys` },
      };
    if (path === '/keys') return { status: 200, body: { keys: [publicKey] } };
    if (path.endsWith('/oauth2/v2.0/token'))
      return this.#login(request, path === `/${tenant}/oauth2/v2.0/token`);

    const linked = path.startsWith('/download/') ? this.#files.get(path) : undefined;
    if (linked) return headers.authorization ? { status: 400 } : served(linked);

    this.#authorise(headers.authorization);
    const file = this.#files.get(path);
    if (file && method === 'GET') return served(file);
    const [, conversation, id] = /^\/v3\/conversations\/([^/]+)\/activities(?:\/([^/]+))?$/.exec(path) ?? [];
    const posts = method === 'POST' && id === undefined;
    if (conversation === undefined || !(posts || (method === 'PUT' && id !== undefined)))
      return { status: 404 };
    const activities = this.#conversations.get(decodeURIComponent(conversation));
    if (!activities)
      throw new Refusal(403, 'BotNotInConversationRoster', 'The bot is not part of the conversation roster.');
    return posts
      ? this.#send(activities, request)
      : update(activities, decodeURIComponent(id ?? ''), request);
  }

  #send(activities: FakeActivity[], request: ApiRequest): ApiAnswer {
    const body = readActivity(request);
    if (body.type === 'typing') {
      this.typed += 1;
      return { status: 201, body: {} };
    }
    const id = this.#nextId();
    activities.push({ id, ...content(body), byUser: false });
    return { status: 201, body: { id } };
  }

  #login({ method, headers, body }: ApiRequest, isOurs: boolean): ApiAnswer {
    const { appId, appPassword } = this.#options;
    const form = Object.fromEntries(new URLSearchParams(body.toString()));
    const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded');
    if (method !== 'POST' || !isForm || form.grant_type !== 'client_credentials')
      return { status: 400, body: { error: 'unsupported_grant_type' } };
    if (form.scope !== 'https://api.botframework.com/.default')
      return { status: 400, body: { error: 'invalid_scope' } };
    if (!isOurs || form.client_id !== appId || form.client_secret !== appPassword) {
      const description = `AADSTS7000215: Invalid client secret provided for app '${appId}'.`;
      return { status: 401, body: { error: 'invalid_client', error_description: description } };
    }
    const token = `eyJ.token-${this.tokens.length + 1}`;
    this.tokens.push(token);
    return { status: 200, body: { token_type: 'Bearer', expires_in: 3599, access_token: token } };
  }

  #authorise(authorization = ''): void {
    const token = authorization.replace(/^Bearer /, '');
    if (!this.tokens.includes(token) || this.#revoked.has(token))
      throw new Refusal(401, 'Unauthorized', 'Authorization has been denied for this request.');
  }

  #nextId(): string {
    this.#ids += 1;
    return String(this.#ids);
  }
}

function update(activities: FakeActivity[], id: string, request: ApiRequest): ApiAnswer {
  const body = readActivity(request);
  const found = activities.find((one) => one.id === id);
  if (!found) throw new Refusal(404, 'ActivityNotFoundInConversation', 'The activity was not found.');
  if (found.byUser) throw new Refusal(403, 'Forbidden', 'A bot may change its own messages only.');
  Object.assign(found, content(body));
  return { status: 200, body: { id } };
}

function readActivity({ headers, body }: ApiRequest): Body {
  if (headers['content-type'] !== 'application/json') throw new Refusal(415, 'BadArgument', 'Not JSON.');
  const activity = JSON.parse(body.toString()) as Body;
  const { type = '', text, textFormat = 'markdown', attachments = [] } = activity;
  if (type !== 'message' && type !== 'typing') throw new Refusal(400, 'BadArgument', `Unknown type ${type}`);
  refuseUnknown(ACTIVITY, activity, type);
  for (const attachment of attachments) refuseUnknown(ATTACHMENT, attachment, type);
  if (type === 'typing') return activity;
  if (!text && attachments.length === 0) throw new Refusal(400, 'BadSyntax', 'Activity has no content.');
  if (!FORMATS.has(textFormat)) throw new Refusal(400, 'BadArgument', 'Unknown textFormat.');
  if (text && textFormat === 'xml' && !isXml(text))
    throw new Refusal(400, 'BadSyntax', 'Invalid XML in text.');
  const pictures = attachments.filter(({ contentUrl }) => contentUrl?.startsWith('data:'));
  const inline = pictures.reduce((size, { contentUrl = '' }) => size + contentUrl.length, 0);
  if (2 * (body.toString().length - inline) > MAX_BYTES)
    throw new Refusal(413, 'MessageSizeTooBig', 'Message size too large.');
  if (pictures.some((one) => picture(one).bytes.length > LARGEST_PICTURE))
    throw new Refusal(413, 'MessageSizeTooBig', 'Picture too large.');
  return activity;
}

function refuseUnknown(fields: Parameters<typeof unknownField>[0], given: object, type: string): void {
  const name = unknownField(fields, given, type);
  if (name !== undefined) throw new Refusal(400, 'BadArgument', `"${name}" is not a field of a ${type}`);
}

function content({ text = '', textFormat = 'markdown', attachments = [] }: Body) {
  return {
    source: text,
    text: textFormat === 'xml' ? seen(text) : text,
    textFormat,
    actions: attachments.flatMap((one) => (one.contentType === CARD ? (one.content?.actions ?? []) : [])),
    pictures: attachments.filter(({ contentUrl }) => contentUrl?.startsWith('data:')).map(picture),
  };
}

function picture({
  contentType,
  contentUrl = '',
  name = '',
}: NonNullable<Body['attachments']>[number]): FakeFile {
  const [, data = ''] = contentUrl.split(';base64,');
  return { name, mediaType: contentType, bytes: Buffer.from(data, 'base64') };
}

function served({ bytes, mediaType }: FakeFile): ApiAnswer {
  return { status: 200, body: bytes, headers: { 'content-type': mediaType } };
}

function isXml(text: string): boolean {
  return XMLValidator.validate(`<x>${text.replaceAll('&nbsp;', ' ')}</x>`) === true;
}

const CHARACTERS: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ' };

function seen(xml: string): string {
  return xml
    .replaceAll('<br/>', '\n')
    .replace(/<\/?(?:pre|blockquote)>/g, '\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&(\w+);/g, (_, name: string) => CHARACTERS[name] ?? '')
    .trim();
}
