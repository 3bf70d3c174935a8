import { type ApiAnswer, type ApiRequest, FakeApi } from '../fake-api.ts';
import type { FakeFile } from '../rig.ts';
import { checkArguments, METHODS, SlackError } from './methods.ts';
import { type FakeMessage, FakeWorkspace } from './workspace.ts';

/** Slack's Web API with one bot in one workspace. */
export class FakeSlack {
  readonly workspace = new FakeWorkspace();
  readonly #token: string;
  #api: FakeApi | undefined;

  static async start(token: string): Promise<FakeSlack> {
    const fake = new FakeSlack(token);
    fake.#api = await FakeApi.start((request) => fake.#answer(request));
    return fake;
  }

  private constructor(token: string) {
    this.#token = token;
  }

  get api(): FakeApi {
    if (!this.#api) throw new Error('not started');
    return this.#api;
  }

  /** For `SLACK_API_BASE_URL`. */
  get url(): string {
    return `${this.api.url}/api`;
  }

  /** Arguments of every call of a method, oldest first. */
  calls(method: string): Record<string, string>[] {
    return this.api.calls
      .filter(({ path }) => path === `/api/${method}`)
      .map(({ body }) => Object.fromEntries(new URLSearchParams(body.toString())));
  }

  /** A person writes; the channel is opened if need be. */
  say(
    channel: string,
    text: string,
    more: { user?: string; threadTs?: string; files?: FakeFile[] } = {},
  ): FakeMessage {
    const files = more.files?.map((file) => ({ ...file, id: this.workspace.addFile(file, true) }));
    return this.workspace.add(this.workspace.open(channel), {
      user: more.user ?? 'U0ANN',
      bot: false,
      text,
      ...(more.threadTs !== undefined && { threadTs: more.threadTs }),
      ...(files && { files }),
    });
  }

  /** Messages of the bot, oldest first. */
  sent(channel: string): FakeMessage[] {
    return this.workspace.find(channel)?.messages.filter(({ bot }) => bot) ?? [];
  }

  /** The next calls of a method are refused with this word, as Slack refuses: with status 200. */
  refuse(method: string, error: string, more: object = {}, times = 1): void {
    const body = { ok: false, error, ...more };
    this.api.refuse(({ path }) => path === `/api/${method}`, { status: 200, body }, times);
  }

  #answer(request: ApiRequest): ApiAnswer {
    const { path } = request;
    if (path.startsWith('/upload/')) return this.#upload(request);
    if (path.startsWith('/files-pri/')) return this.#serveFile(request);
    try {
      if (!path.startsWith('/api/')) return { status: 404, body: 'not found' };
      const method = path.slice('/api/'.length);
      if (request.method !== 'POST') throw new SlackError('invalid_post_type');
      const act = METHODS[method];
      if (!act) throw new SlackError('unknown_method', { req_method: method });
      if (request.headers['content-type']?.split(';')[0] !== 'application/x-www-form-urlencoded')
        throw new SlackError('invalid_post_type');
      if (request.headers.authorization === undefined) throw new SlackError('not_authed');
      if (!this.#isAuthorized(request)) throw new SlackError('invalid_auth');
      const args = Object.fromEntries(new URLSearchParams(request.body.toString()));
      checkArguments(method, args);
      return { status: 200, body: { ok: true, ...act(this.workspace, args, this.api.url) } };
    } catch (error) {
      if (!(error instanceof SlackError)) throw error;
      return { status: 200, body: { ok: false, error: error.message, ...error.more } };
    }
  }

  #isAuthorized({ headers }: ApiRequest): boolean {
    return headers.authorization === `Bearer ${this.#token}`;
  }

  /** The address is the permission. */
  #upload({ path, method, headers, body }: ApiRequest): ApiAnswer {
    const file = this.workspace.files.get(path.split('/').at(-1) ?? '');
    if (method !== 'POST' || !file || headers.authorization !== undefined)
      return { status: 400, body: 'bad request' };
    if (body.length !== file.bytes.length) return { status: 400, body: 'wrong length' };
    Object.assign(file, { bytes: body, uploaded: true });
    return { status: 200, body: `OK - ${body.length}` };
  }

  #serveFile(request: ApiRequest): ApiAnswer {
    const file = this.workspace.files.get(request.path.split(/[-/]/).at(4) ?? '');
    // Without a token, or without its scope, a browser would be led to the login page.
    if (!this.#isAuthorized(request)) return { status: 302, headers: { location: `${this.api.url}/login` } };
    if (!file) return { status: 404, body: 'gone' };
    return { status: 200, body: file.bytes, headers: { 'content-type': file.mediaType } };
  }
}
