import type { Hono } from 'hono';
import { bundlePage } from '../pages/bundle-page.ts';
import { servePage } from '../pages/serve-page.ts';

/** The web chat, to be mounted at `/`. Its page talks to the HTTP API. */
export async function createWebChat(): Promise<Hono> {
  const page = await bundlePage(new URL('./page/', import.meta.url), 'chat');
  return servePage(async () => page);
}
