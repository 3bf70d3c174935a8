import type { Context } from 'hono';
import { deleteCookie, getSignedCookie, setSignedCookie } from 'hono/cookie';

const LASTS_S = 12 * 60 * 60;

/**
 * How a browser stays signed in that has shown one of the keys: by a cookie of this name, which has the time until which that holds,
 * signed with the key. Nobody keeps anything of it, each copy of a server accepts it, and it ends with its key.
 */
export class Session {
  readonly #cookie: string;
  readonly #isUsedElsewhere: boolean;

  /** `isUsedElsewhere`: pages of other sites may use it, too; over http browsers send it only within one. */
  constructor(cookie: string, { isUsedElsewhere = false } = {}) {
    this.#cookie = cookie;
    this.#isUsedElsewhere = isUsedElsewhere;
  }

  async begin(context: Context, key: string): Promise<void> {
    const secure = isSecure(context);
    const sameSite = this.#isUsedElsewhere && secure ? 'None' : 'Strict';
    await setSignedCookie(context, this.#cookie, String(Date.now() + LASTS_S * 1000), key, {
      path: '/',
      httpOnly: true,
      sameSite,
      secure,
      maxAge: LASTS_S,
    });
  }

  end(context: Context): void {
    deleteCookie(context, this.#cookie, { path: '/' });
  }

  /** Whether this browser has signed in with one of these keys. */
  async isIn(context: Context, keys: readonly string[]): Promise<boolean> {
    const until = await Promise.all(keys.map((key) => getSignedCookie(context, key, this.#cookie)));
    return until.some((time) => Number(time) > Date.now());
  }
}

/** Also behind a proxy that speaks TLS for this server. */
function isSecure({ req }: Context): boolean {
  return new URL(req.url).protocol === 'https:' || req.header('x-forwarded-proto') === 'https';
}
