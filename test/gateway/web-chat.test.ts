import type { Hono } from 'hono';
import { beforeAll, describe, expect, it } from 'vitest';
import { createWebChat } from '../../gateway/web-chat/web-chat.ts';

let app: Hono;
beforeAll(async () => {
  app = createWebChat();
});

async function get(path: string, headers: Record<string, string> = {}) {
  const response = await app.request(path, { headers });
  return { response, body: await response.text() };
}

/** The addresses that the document asks for. */
async function addresses(): Promise<string[]> {
  const { body } = await get('/');
  return [...body.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
}

describe('the web chat', () => {
  it('serves a document without any inline script or style', async () => {
    const { response, body } = await get('/');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-cache');
    expect(body).not.toMatch(/<style|<script(?![^>]+src=)|\son\w+=/);
  });

  it('serves everything that the document asks for, to be kept for good', async () => {
    const found = await addresses();
    expect(
      found.map((address) => address.split('?')[0]).toSorted((a = '', b = '') => a.localeCompare(b)),
    ).toEqual(['/assets/chat.css', '/assets/chat.js', '/assets/favicon.svg']);
    for (const address of found) {
      const { response, body } = await get(address);
      expect(response.status, address).toBe(200);
      expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(body.length, address).toBeGreaterThan(100);
    }
  });

  it('lets an address without the hash of the content be asked again', async () => {
    for (const address of ['/assets/chat.js', '/assets/chat.js?v=old']) {
      const { response } = await get(address);
      expect(response.headers.get('cache-control')).toBe('no-cache');
      const again = await get(address, { 'If-None-Match': response.headers.get('etag') ?? '' });
      expect(again.response.status).toBe(304);
      expect(again.body).toBe('');
      expect((await get(address, { 'If-None-Match': '"other"' })).response.status).toBe(200);
    }
  });

  it('allows its own files only, no frame around it and no guessing of types', async () => {
    const { headers } = (await get('/')).response;
    const policy = headers.get('content-security-policy') ?? '';
    for (const rule of [
      "default-src 'none'",
      "script-src 'self'",
      "frame-ancestors 'none'",
      // What a reply carries in itself, and nothing from elsewhere.
      "img-src 'self' data:",
      "base-uri 'none'",
    ])
      expect(policy.split('; ')).toContain(rule);
    expect(policy).not.toMatch(/unsafe|\*/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
  });

  it('answers an unknown asset with an error', async () => {
    const { response, body } = await get('/assets/nothing.js');
    expect(response.status).toBe(404);
    expect(JSON.parse(body)).toMatchObject({ error: { code: 'not_found' } });
  });
});
