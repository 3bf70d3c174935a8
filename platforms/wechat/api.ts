import { type AccessToken, type AccessTokens, createAccessTokens, withToken } from '../access-token.ts';
import { type Answer, type Call, call, failureOf, jsonOf } from '../call.ts';
import { DeliveryRefused, RateLimited } from '../platform.ts';

/** The access token is wrong, ended, or was replaced. */
const TOKEN_REFUSED = new Set([40001, 40014, 42001]);
/** Quotas of a minute, an hour or a day, and too many calls at once; Tencent does not say how long. */
const RATE_LIMITED = new Set([45009, 45011, 45033]);
const PAUSE_MS = 60_000;
/** Busy, and a conflict of versions. */
const PASSING = new Set([-1, 6000]);

/** One of Tencent's two APIs, which are built alike. */
export interface Vendor {
  /** For errors. */
  name: string;
  apiBaseUrl: string;
  /** What error codes mean to the operator, in plain words. */
  reasons: Record<number, string>;
}

/** The API refused a call with this error code. */
export class ApiRefused extends DeliveryRefused {
  readonly code: number;
  constructor(message: string, code: number) {
    super(message);
    this.code = code;
  }
}

export interface ApiCall extends Pick<Call, 'json' | 'body' | 'method' | 'signal' | 'timeoutMs'> {
  /** `message/custom/send`. */
  path: string;
  query?: Record<string, string>;
}

/** An answer's body. */
export type Fields = Record<string, unknown>;

export interface Api {
  vendor: Vendor;
  tokens: AccessTokens;
  /** Calls once, with an access token; once more if that was refused. Throws {@link ApiRefused}, {@link RateLimited}, Error. */
  call(request: ApiCall): Promise<Fields>;
}

/** `grant` is the call that grants a token, and `lifetimeOf` its answer's reading. */
export function createApi(vendor: Vendor, grant: Omit<ApiCall, 'signal'>): Api {
  const tokens = createAccessTokens(async () => {
    const fields = await send(vendor, { ...grant, signal: new AbortController().signal });
    const failure = failureIn(vendor, grant.path, fields);
    if (failure) throw failure;
    return grantIn(vendor, fields);
  });
  return {
    vendor,
    tokens,
    async call(request) {
      const attempt = (accessToken: string) =>
        send(vendor, { ...request, query: { access_token: accessToken, ...request.query } });
      const fields = await withToken(tokens, request.signal, attempt, isTokenRefused);
      if (isTokenRefused(fields))
        throw new Error(`${vendor.name} refuses a new access token at ${request.path} (${codeOf(fields)})`);
      const failure = failureIn(vendor, request.path, fields);
      if (failure) throw failure;
      return fields;
    },
  };
}

async function send({ name, apiBaseUrl }: Vendor, { path, query, ...request }: ApiCall): Promise<Fields> {
  const search = query ? `?${new URLSearchParams(query).toString()}` : '';
  const answer = await call({
    ...request,
    what: `${name}: ${path}`,
    url: `${apiBaseUrl}/cgi-bin/${path}${search}`,
  });
  if (!answer.ok) throw failureOf(answer);
  return fieldsOf(answer);
}

function fieldsOf(answer: Answer): Fields {
  const fields = jsonOf(answer);
  if (typeof fields === 'object' && fields !== null) return fields as Fields;
  throw new Error(`${answer.what}: the answer is not JSON`);
}

function grantIn(vendor: Vendor, { access_token: token, expires_in: seconds }: Fields): AccessToken {
  if (typeof token === 'string' && typeof seconds === 'number') return { token, lifetimeMs: seconds * 1000 };
  throw new Error(`${vendor.name} granted no access token`);
}

function codeOf({ errcode }: Fields): number {
  return typeof errcode === 'number' ? errcode : 0;
}

export function isTokenRefused(fields: Fields): boolean {
  return TOKEN_REFUSED.has(codeOf(fields));
}

/** What an answer's error code means to a delivery; undefined for success. */
export function failureIn({ name, reasons }: Vendor, path: string, fields: Fields): Error | undefined {
  const code = codeOf(fields);
  if (code === 0) return undefined;
  if (RATE_LIMITED.has(code))
    return new RateLimited(`${name} asks for a pause of ${path} (${code})`, PAUSE_MS);
  if (PASSING.has(code)) return new Error(`${name} is busy at ${path} (${code})`);
  const said = reasons[code] ?? (typeof fields.errmsg === 'string' ? fields.errmsg : '');
  return new ApiRefused(`${name} refused ${path}: ${code} ${said}`.trim(), code);
}
