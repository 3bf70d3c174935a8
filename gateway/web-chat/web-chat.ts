import type { Hono } from 'hono';
import { servePage } from '../pages/serve-page.ts';

/** The web chat, to be mounted at `/`. Its page talks to the HTTP API. */
export function createWebChat(): Hono {
  return servePage(new URL('./page/', import.meta.url), 'chat');
}
