import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import ipaddr from 'ipaddr.js';
import { HttpError } from './errors.ts';

/** The address at the other end of the connection; undefined if it cannot be told. */
export type RemoteAddress = (context: Context) => string | undefined;

/** Lets through who has one of the bearer keys; without any keys, only this machine's own programs and pages. */
export function requireAccess(keys: readonly string[], remoteAddress: RemoteAddress): MiddlewareHandler {
  return async (context, next) => {
    if (keys.length === 0) requireLoopback(context, remoteAddress(context));
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

function requireLoopback(context: Context, address: string | undefined): void {
  const headers = context.req.header();
  const { host, origin } = headers;
  const proxied = Object.keys(headers).some((name) =>
    /^(forwarded|via|x-real-ip|x-forwarded-.*)$/.test(name),
  );
  // The names stop a page elsewhere that has its own name resolve to this machine, and one that simply posts here.
  const foreign = !isLoopbackName(host) || (origin !== undefined && !isLoopbackName(hostOf(origin)));
  if (proxied || foreign || address === undefined || !isLoopbackAddress(address))
    throw new HttpError(
      403,
      'loopback_only',
      'without HOLDFAST_API_KEYS the HTTP API answers this machine only',
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
