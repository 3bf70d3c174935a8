import { getConnInfo } from '@hono/node-server/conninfo';
import type { PayloadCodec } from '@temporalio/common';
import { Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { cors } from 'hono/cors';
import type { Log } from '../../config/log.ts';
import { whyUnreadable } from '../../encryption/encryption-codec.ts';
import { hasKey, isFromThisMachine } from '../access.ts';
import { errorResponse, HttpError } from '../errors.ts';
import { readPayloads, writePayloads } from './payloads.ts';
import { codecSession, createSignIn } from './sign-in.ts';

/** Temporal's UI sends what one page of it shows. */
const MAX_BODY = 64 * 1024 * 1024;

export interface CodecServerOptions {
  codec: PayloadCodec;
  /** Base URL of Temporal's UI: the only web page that may use it. */
  ui: string | undefined;
  apiKeys: readonly string[];
  log: Log;
}

/**
 * Temporal's remote codec protocol: `POST /decode` and `/encode`, with `{payloads}` in and out, for who has a bearer key, who has signed
 * in at `/`, or, without any keys, this machine.
 */
export function createCodecServer({ codec, ui, apiKeys, log }: CodecServerOptions): Hono {
  const app = new Hono();
  const origin = ui && new URL(ui).origin;
  app.onError((error, context) => {
    if (error instanceof HttpError) return errorResponse(context, error);
    log.error({ reason: error.message }, 'the codec server failed');
    return errorResponse(context, new HttpError(500, 'internal', 'this is a fault of the codec server'));
  });
  app.notFound((context) =>
    errorResponse(context, new HttpError(404, 'not_found', 'there are /decode and /encode')),
  );
  const guards = [
    cors({ origin: origin ?? [], credentials: true, allowMethods: ['POST'] }),
    onlyFrom(origin),
    access(apiKeys),
    bodyLimit({
      maxSize: MAX_BODY,
      onError: () => {
        throw new HttpError(413, 'too_large', `the body must be at most ${MAX_BODY} bytes`);
      },
    }),
  ] as const;
  for (const way of ['decode', 'encode'] as const) {
    app.use(`/${way}`, ...guards);
    app.post(`/${way}`, async (context) => {
      const payloads = readPayloads(await context.req.json().catch(() => undefined));
      return context.json(writePayloads(await codec[way](payloads).catch(explain)));
    });
  }
  app.route('/', createSignIn(apiKeys, ui));
  return app;
}

function explain(error: unknown): never {
  const why = whyUnreadable(error);
  if (why === undefined) throw error;
  throw new HttpError(400, 'undecryptable', why);
}

/** Programs say no origin. Pages elsewhere could not read the answer; here they are not even given one. */
function onlyFrom(origin: string | undefined): MiddlewareHandler {
  return async (context, next) => {
    const from = context.req.header('origin');
    if (from !== undefined && from !== origin)
      throw new HttpError(
        403,
        'wrong_origin',
        `only Temporal's UI may ask here, at ${origin ?? 'TEMPORAL_UI_URL, which is not set'}`,
      );
    await next();
  };
}

function access(apiKeys: readonly string[]): MiddlewareHandler {
  return async (context, next) => {
    if (apiKeys.length === 0) {
      if (!isFromThisMachine(context, getConnInfo(context).remote.address))
        throw new HttpError(403, 'loopback_only', 'without HOLDFAST_API_KEYS this answers this machine only');
    } else if (!hasKey(context, apiKeys) && !(await codecSession.isIn(context, apiKeys)))
      throw new HttpError(
        401,
        'unauthorized',
        'sign in at /, or send one of HOLDFAST_API_KEYS as `Authorization: Bearer …`',
      );
    await next();
  };
}
