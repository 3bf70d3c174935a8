import { type Context, Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { type Asset, bundlePage, type Page } from './bundle-page.ts';

const NONE = ["'none'"];
const SELF = ["'self'"];

/** Only what the page itself brings may run, and nothing can be sent elsewhere, whatever a model writes. */
const headers = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: NONE,
    scriptSrc: SELF,
    styleSrc: SELF,
    // Pictures that a reply carries in itself.
    imgSrc: [...SELF, 'data:'],
    connectSrc: SELF,
    baseUri: NONE,
    formAction: NONE,
    frameAncestors: NONE,
    requireTrustedTypesFor: ["'script'"],
    trustedTypes: ['dompurify'],
  },
  xFrameOptions: 'DENY',
  referrerPolicy: 'no-referrer',
  strictTransportSecurity: false,
});

/** The web chat: its page at `/` and what belongs to it below `/assets/`. The page talks to the HTTP API.
 * It is made when it is first asked for: a gateway that only takes webhooks starts without it. */
export function createWebChat(): Hono {
  let bundling: Promise<Page> | undefined;
  const page = () => (bundling ??= bundlePage());
  const app = new Hono();
  app.get('/', headers, async (c) => serve(c, (await page()).html, 'no-cache'));
  app.get('/assets/:name', headers, async (c) => {
    const asset = (await page()).assets.get(c.req.param('name'));
    if (!asset) return c.json({ error: { code: 'not_found', message: 'There is no such asset.' } }, 404);
    // Without the hash of what is served, the same address may stand for something else tomorrow.
    const fixed = c.req.query('v') === asset.hash;
    return serve(c, asset, fixed ? 'public, max-age=31536000, immutable' : 'no-cache');
  });
  return app;
}

function serve(c: Context, { body, type, hash }: Asset, caching: string): Response {
  const etag = `"${hash}"`;
  c.header('ETag', etag);
  c.header('Cache-Control', caching);
  if (c.req.header('If-None-Match')?.includes(etag)) return c.body(null, 304);
  return c.body(body, 200, { 'Content-Type': type });
}
