import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import ipaddr from 'ipaddr.js';
import { HttpError } from './errors.ts';
import { hasSession } from './operate/session.ts';

/** The address at the other end of the connection; undefined if it cannot be told. */
export type RemoteAddress = (context: Context) => string | undefined;

/**
 * Lets through who has one of the bearer keys, or signed in with one at the operator's page; without any keys, only this machine's
 * own programs and pages.
 */
export function requireAccess(keys: readonly string[], remoteAddress: RemoteAddress): MiddlewareHandler {
  return async (context, next) => {
    if (keys.length === 0) requireLoopback(context, remoteAddress(context));
    else if (!hasKey(context, keys) && !(await hasSession(context, keys)))
      throw new HttpError(401, 'unauthorized', 'send one of HOLDFAST_API_KEYS as `Authorization: Bearer …`', {
        headers: { 'www-authenticate': 'Bearer' },
      });
    await next();
  };
}

export function hasKey(context: Context, keys: readonly string[]): boolean {
  return isKey(/^Bearer\s+(.+)$/i.exec(context.req.header('authorization') ?? '')?.[1] ?? '', keys);
}

/** Whether this is one of the keys; how long that takes tells nothing of them. */
export function isKey(given: string, keys: readonly string[]): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return keys.map((key) => timingSafeEqual(digest(key), digest(given))).includes(true);
}

/** Whether this machine asks, and nobody through it; a page that has its own name resolve to this machine is somebody else. */
export function isFromThisMachine(context: Context, address: string | undefined): boolean {
  const headers = context.req.header();
  const proxied = Object.keys(headers).some((name) =>
    /^(forwarded|via|x-real-ip|x-forwarded-.*)$/.test(name),
  );
  return !proxied && isLoopbackName(headers.host) && address !== undefined && isLoopbackAddress(address);
}

function requireLoopback(context: Context, address: string | undefined): void {
  if (isForeign(context.req.header()) || !isFromThisMachine(context, address))
    throw new HttpError(
      403,
      'loopback_only',
      'without HOLDFAST_API_KEYS the HTTP API answers this machine only, and of pages in a browser only its own',
    );
}

/**
 * Whether a page in this machine's browser asks that is not ours: one from another place, be it another port of this machine. Browsers
 * say so; programs say nothing.
 */
function isForeign({ host, origin, ...headers }: Record<string, string>): boolean {
  const site = headers['sec-fetch-site'];
  return (
    (origin !== undefined && hostOf(origin) !== host) ||
    (site !== undefined && site !== 'same-origin' && site !== 'none')
  );
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

function isLoopbackName(host: string | undefined): boolean {
  const name = host?.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  return name === 'localhost' || (name !== undefined && ipaddr.isValid(name) && isLoopbackAddress(name));
}

function isLoopbackAddress(address: string): boolean {
  return ipaddr.process(address).range() === 'loopback';
}
