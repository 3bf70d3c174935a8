import { createHash, timingSafeEqual } from 'node:crypto';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context, MiddlewareHandler } from 'hono';
import ipaddr from 'ipaddr.js';
import { HttpError } from './errors.ts';

/** Lets through who has one of the bearer keys; without any keys, only this machine's own programs and pages. */
export function requireAccess(keys: readonly string[]): MiddlewareHandler {
  return async (context, next) => {
    if (keys.length === 0) requireLoopback(context);
    else if (!hasKey(context, keys))
      throw new HttpError(401, 'unauthorized', 'send one of HOLDFAST_API_KEYS as `Authorization: Bearer …`', {
        headers: { 'www-authenticate': 'Bearer' },
      });
    await next();
  };
}

export function hasKey(context: Context, keys: readonly string[]): boolean {
  const given = /^Bearer\s+(.+)$/i.exec(context.req.header('authorization') ?? '')?.[1] ?? '';
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return keys.map((key) => timingSafeEqual(digest(key), digest(given))).includes(true);
}

function requireLoopback(context: Context): void {
  const headers = context.req.header();
  const { address } = getConnInfo(context).remote;
  const proxied = Object.keys(headers).some((name) =>
    /^(forwarded|via|x-real-ip|x-forwarded-.*)$/.test(name),
  );
  if (proxied || isForeign(headers) || address === undefined || !isLoopbackAddress(address))
    throw new HttpError(
      403,
      'loopback_only',
      'without HOLDFAST_API_KEYS the HTTP API answers this machine only, and of pages in a browser only its own',
    );
}

/**
 * Whether a page in this machine's browser asks that is not ours: one elsewhere whose own name resolves to this machine, or one
 * from another place, be it another port of this machine. Browsers say so; programs say nothing.
 */
function isForeign({ host, origin, ...headers }: Record<string, string>): boolean {
  const site = headers['sec-fetch-site'];
  return (
    !isLoopbackName(host) ||
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
