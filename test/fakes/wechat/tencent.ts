import type { z } from 'zod';
import { type ApiAnswer, type ApiRequest, FakeApi } from '../fake-api.ts';
import type { FakeFile } from '../rig.ts';

/** Thrown by what a call does: the answer has this error code. */
export class Refusal extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

export interface Route {
  method: 'GET' | 'POST';
  /** Of the query, besides the access token. */
  query?: string[];
  /** It grants access tokens, and needs none. */
  open?: true;
  act(request: ApiRequest): object | ApiAnswer | Promise<object | ApiAnswer>;
}

export interface TencentOptions {
  /** By path after `/cgi-bin/`. */
  routes: Record<string, Route>;
  /** Error code for an access token that was never granted. */
  unknownToken: number;
  /** By media type: the most bytes, and the names' ends. */
  media: Record<string, { most: number; least?: number; ends?: RegExp }>;
}

const LIFETIME_SECONDS = 7200;

/** What the APIs of WeChat and WeCom have in common: access tokens, error codes with status 200, and media for three days. */
export class FakeTencent {
  readonly api: FakeApi;
  readonly media = new Map<string, FakeFile & { type: string }>();
  /** Access tokens granted so far. */
  granted = 0;
  readonly #options: TencentOptions;
  #tokens = new Map<string, 'valid' | 'ended'>();

  static async start(options: TencentOptions): Promise<FakeTencent> {
    let fake: FakeTencent | undefined;
    const api = await FakeApi.start((request) => fake?.serve(request) ?? { status: 500 });
    fake = new FakeTencent(api, options);
    return fake;
  }

  private constructor(api: FakeApi, options: TencentOptions) {
    this.api = api;
    this.#options = options;
  }

  /** The answer of a call that grants a token: while one is valid, it is given again. */
  grant(): object {
    const known = [...this.#tokens].find(([, state]) => state === 'valid')?.[0];
    const token = known ?? `ACCESS-TOKEN-${++this.granted}`;
    this.#tokens.set(token, 'valid');
    return { access_token: token, expires_in: LIFETIME_SECONDS };
  }

  endTokens(): void {
    for (const token of this.#tokens.keys()) this.#tokens.set(token, 'ended');
  }

  forgetTokens(): void {
    this.#tokens.clear();
  }

  addMedia(type: string, file: FakeFile): string {
    const id = `MEDIA-${this.media.size + 1}_x-Y`;
    this.media.set(id, { ...file, type });
    return id;
  }

  async serve(request: ApiRequest): Promise<ApiAnswer> {
    const path = /^\/cgi-bin\/(.+)$/.exec(request.path)?.[1] ?? '';
    const route = { ...this.#mediaRoutes(), ...this.#options.routes }[path];
    if (!route) return { status: 404, body: 'Not Found' };
    try {
      this.#check(request, route);
      const answer = await route.act(request);
      return 'status' in answer ? answer : { status: 200, body: answer };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { status: 200, body: { errcode: error.code, errmsg: error.message } };
    }
  }

  #check({ method, query }: ApiRequest, route: Route): void {
    if (method !== route.method)
      throw route.method === 'POST'
        ? new Refusal(43002, 'require POST method')
        : new Refusal(43001, 'require GET method');
    const known = new Set([...(route.query ?? []), ...(route.open ? [] : ['access_token'])]);
    for (const name of query.keys())
      if (!known.has(name)) throw new Refusal(40035, `unknown parameter ${name}`);
    if (route.open) return;
    const token = query.get('access_token');
    if (!token) throw new Refusal(41001, 'access_token missing');
    const state = this.#tokens.get(token);
    if (!state) throw new Refusal(this.#options.unknownToken, 'invalid credential, access_token is invalid');
    if (state === 'ended') throw new Refusal(42001, 'access_token expired');
  }

  #mediaRoutes(): Record<string, Route> {
    return {
      'media/upload': { method: 'POST', query: ['type'], act: (request) => this.#upload(request) },
      'media/get': { method: 'GET', query: ['media_id'], act: (request) => this.#get(request) },
    };
  }

  async #upload({ query, headers, body }: ApiRequest): Promise<object> {
    const type = query.get('type') ?? '';
    const limits = this.#options.media[type];
    if (!limits) throw new Refusal(40004, 'invalid media type');
    const media = await formFile(headers['content-type'] ?? '', body);
    if (!media) throw new Refusal(41005, 'media data missing');
    const bytes = new Uint8Array(await media.arrayBuffer());
    if (bytes.length > limits.most || bytes.length < (limits.least ?? 1))
      throw new Refusal(40006, 'invalid meida size');
    if (limits.ends && !limits.ends.test(media.name)) throw new Refusal(40005, 'invalid file type');
    const id = this.addMedia(type, { name: media.name, mediaType: media.type, bytes });
    return { errcode: 0, errmsg: 'ok', type, media_id: id, created_at: 1_380_000_000 };
  }

  #get({ query }: ApiRequest): ApiAnswer | object {
    const media = this.media.get(query.get('media_id') ?? '');
    if (!media) throw new Refusal(40007, 'invalid media_id');
    return {
      status: 200,
      body: media.bytes,
      headers: {
        'content-type': media.mediaType,
        'content-disposition': `attachment; filename="${media.name}"`,
      },
    };
  }
}

async function formFile(contentType: string, body: Buffer): Promise<File | undefined> {
  if (!contentType.startsWith('multipart/form-data')) return undefined;
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } })
    .formData()
    .catch(() => undefined);
  const names = [...(form?.keys() ?? [])];
  const media = form?.get('media');
  return names.length === 1 && media instanceof File ? media : undefined;
}

/** The JSON of a request in one of the shapes by `msgtype`; `invalid` is the code for a wrong field. */
export function readMessage<T extends { msgtype: string }>(
  request: ApiRequest,
  shapes: Record<string, z.ZodType<T>>,
  invalid: number,
): T {
  const fields = readJson(request) as { msgtype?: unknown };
  const shape = shapes[String(fields.msgtype)];
  if (!shape) throw new Refusal(40008, 'invalid message type');
  return readShape(fields, shape, invalid);
}

export function readShape<T>(fields: unknown, shape: z.ZodType<T>, invalid: number): T {
  const parsed = shape.safeParse(fields);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Refusal(invalid, `invalid parameter ${issue?.path.join('.')}: ${issue?.message}`);
}

export function readJson({ headers, body }: ApiRequest): object {
  if (!headers['content-type']?.startsWith('application/json')) throw new Refusal(47001, 'data format error');
  try {
    const value: unknown = JSON.parse(body.toString());
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // As for what is no object.
  }
  throw new Refusal(47001, 'data format error');
}
