import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';

const COOKIE = 'holdfast_operator';
const LASTS_SECONDS = 12 * 3600;

/**
 * Signs a browser in that has shown one of the keys, for half a day. The cookie is made from the key, which it does not tell: no
 * gateway keeps anything of it, each accepts it, and it ends with its key.
 */
export function beginSession(context: Context, key: string): void {
  const until = Math.floor(Date.now() / 1000) + LASTS_SECONDS;
  const secure = isSecure(context);
  setCookie(context, COOKIE, `${until}.${mark(key, until)}`, {
    path: '/',
    httpOnly: true,
    sameSite: 'Strict',
    secure,
    maxAge: LASTS_SECONDS,
  });
}

export function endSession(context: Context): void {
  deleteCookie(context, COOKIE, { path: '/' });
}

/** Whether a request comes from a page of this gateway in a browser that is signed in. */
export function hasSession(context: Context, keys: readonly string[]): boolean {
  const [, until = '', given = ''] = /^(\d{1,12})\.([\w-]{43})$/.exec(getCookie(context, COOKIE) ?? '') ?? [];
  if (given === '' || Number(until) * 1000 < Date.now()) return false;
  const isKnown = keys
    .map((key) => timingSafeEqual(Buffer.from(given), Buffer.from(mark(key, Number(until)))))
    .includes(true);
  return isKnown && (isSafe(context) || isFromHere(context));
}

function mark(key: string, until: number): string {
  return createHmac('sha256', key).update(`operator until ${until}`).digest('base64url');
}

function isSafe({ req }: Context): boolean {
  return req.method === 'GET' || req.method === 'HEAD';
}

/** Browsers send the cookie only from here (`SameSite=Strict`), where "here" is all ports of this machine, and all of its site. */
function isFromHere({ req }: Context): boolean {
  if (req.header('sec-fetch-site') === 'same-origin') return true;
  const origin = req.header('origin');
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host === req.header('host');
}

/** Also behind a proxy that speaks TLS for this gateway. */
function isSecure({ req }: Context): boolean {
  return new URL(req.url).protocol === 'https:' || req.header('x-forwarded-proto') === 'https';
}
