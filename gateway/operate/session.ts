import type { Context } from 'hono';
import { Session } from '../session.ts';

/** Of the operator's page. */
export const operatorSession = new Session('holdfast_operator');

/** Whether a request comes from a page of this gateway in a browser that is signed in. */
export async function hasSession(context: Context, keys: readonly string[]): Promise<boolean> {
  return (await operatorSession.isIn(context, keys)) && (isSafe(context) || isFromHere(context));
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
