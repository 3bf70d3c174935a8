import type { Context } from 'hono';
import { deleteCookie, getSignedCookie, setSignedCookie } from 'hono/cookie';

const NAME = 'holdfast-codec';
const LASTS_S = 12 * 60 * 60;

/**
 * Remembers in the browser that somebody has signed in with this key: as the time until which that holds, signed with the key. So it
 * ends with the key, too.
 */
export async function beginSession(context: Context, key: string): Promise<void> {
  const until = String(Date.now() + LASTS_S * 1000);
  const isHttps = (context.req.header('x-forwarded-proto') ?? new URL(context.req.url).protocol).startsWith(
    'https',
  );
  await setSignedCookie(context, NAME, until, key, {
    httpOnly: true,
    maxAge: LASTS_S,
    path: '/',
    // Temporal's UI may be on another site; over http browsers send it only within one.
    ...(isHttps ? { secure: true, sameSite: 'None' } : { sameSite: 'Strict' }),
  });
}

export function endSession(context: Context): void {
  deleteCookie(context, NAME);
}

/** Whether this browser has signed in with one of these keys. */
export async function hasSession(context: Context, keys: readonly string[]): Promise<boolean> {
  const until = await Promise.all(keys.map((key) => getSignedCookie(context, key, NAME)));
  return until.some((time) => Number(time) > Date.now());
}
