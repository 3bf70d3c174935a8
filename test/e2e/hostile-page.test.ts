import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBrowser, launchBrowser, NO_BROWSER } from '../browser.ts';
import { type Scene, startScene } from '../support/scene.ts';
import { type Served, serve } from '../support/serve.ts';

const chromium = findBrowser();

/** What a hostile page does. Each resolves with what the browser lets it know. */
const TRICKS = `
  function ask(url, init) {
    return fetch(url, init).then(({ status, type }) => (type === 'opaque' ? 'opaque' : status), () => 'withheld');
  }
  function say(url, type, text, more) {
    const body = JSON.stringify({ id: text, text });
    return ask(url, { method: 'POST', headers: { 'content-type': type }, body, ...more });
  }
  function submit(url) {
    const form = document.createElement('form');
    Object.assign(form, { action: url, method: 'post', enctype: 'text/plain', target: '_blank' });
    const field = Object.assign(document.createElement('input'), { name: '{"text":"d","id":"', value: '"}' });
    form.append(field);
    document.body.append(form);
    form.submit();
  }
  function beacon(url) {
    return navigator.sendBeacon(url, new Blob(['{"text":"e"}'], { type: 'text/plain' }));
  }
  function listen(url) {
    const source = new EventSource(url);
    return new Promise((resolve) => {
      source.onopen = () => resolve('open');
      source.onerror = () => resolve('refused');
    }).finally(() => source.close());
  }
  function embed(url) {
    const script = document.createElement('script');
    return new Promise((resolve) => {
      script.onload = () => resolve('ran');
      script.onerror = () => resolve('refused');
      script.src = url;
      document.head.append(script);
    });
  }
  function frame(url) {
    document.body.append(Object.assign(document.createElement('iframe'), { src: url }));
  }`;

/** A gateway without keys answers its own machine. So does the operator's browser, which also shows pages of others. */
describe.skipIf(chromium === undefined)(
  `a hostile page in the operator's browser${chromium === undefined ? ` (${NO_BROWSER})` : ''}`,
  () => {
    let scene: Scene;
    let browser: Browser;
    let hostile: Served;
    let url: string;

    beforeAll(async () => {
      // Whoever owns a name says where it leads: here, to this machine (DNS rebinding).
      const flags = ['--host-resolver-rules=MAP evil.test 127.0.0.1'];
      [scene, browser, hostile] = await Promise.all([
        startScene(),
        launchBrowser(chromium ?? '', flags),
        serve((_request, _body, response) => {
          response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><body>hostile');
        }),
      ]);
      url = scene.stack.url();
    });
    afterAll(async () => {
      await browser?.close();
      await Promise.all([scene?.stop(), hostile?.close()]);
    });

    async function visit(address: string): Promise<Page> {
      const page = await browser.newPage();
      await page.goto(address);
      return page;
    }
    /** Runs one of the tricks in the page. */
    const does = (page: Page, trick: string, ...given: unknown[]): Promise<unknown> =>
      page.evaluate(`(() => { ${TRICKS}; return ${trick}(...${JSON.stringify(given)}); })()`);

    const stored = async () => {
      const { conversations } = (await (await fetch(`${url}/v1/conversations`)).json()) as {
        conversations: { conversation: string }[];
      };
      return conversations.map(({ conversation }) => conversation);
    };

    it('cannot send, by any kind of request', async () => {
      const page = await visit(hostile.url);
      const to = `${url}/v1/conversations/hostile/messages`;
      expect(await does(page, 'say', to, 'application/json', 'a')).toBe('withheld');
      expect(await does(page, 'say', to, 'text/plain', 'b', { mode: 'no-cors' })).toBe('withheld');
      expect(await does(page, 'say', to, 'application/json', 'c', { mode: 'no-cors' })).toBe('withheld');
      await does(page, 'submit', to);
      await does(page, 'beacon', to);
      // Our own page may, and nothing came before it.
      const ours = await visit(url);
      expect(await does(ours, 'say', '/v1/conversations/ours/messages', 'application/json', 'f')).toBe(202);
      await scene.stack.replies('web/ours', 1);
      expect(await stored()).toEqual(['web/ours']);
    });

    it('cannot read, listen to, embed or frame anything', async () => {
      const page = await visit(hostile.url);
      expect(await does(page, 'ask', `${url}/v1/conversations/ours`)).toBe('withheld');
      expect(await does(page, 'ask', `${url}/v1/conversations`, { mode: 'no-cors' })).toBe('withheld');
      expect(await does(page, 'listen', `${url}/v1/conversations/ours/events`)).toBe('refused');
      expect(await does(page, 'embed', `${url}/assets/chat.js`)).toBe('refused');
      const refused = page.waitForEvent('console', (line) => line.text().includes('frame-ancestors'));
      await does(page, 'frame', url);
      await refused;
    });

    it('cannot do so by a name of its own that leads here', async () => {
      const { port } = new URL(url);
      // The page itself says nothing to anybody.
      const page = await visit(`http://evil.test:${port}/`);
      expect(await does(page, 'ask', '/v1/conversations/ours')).toBe(403);
      expect(await does(page, 'say', '/v1/conversations/hostile/messages', 'application/json', 'g')).toBe(
        403,
      );
      expect(await does(page, 'listen', '/v1/conversations/ours/events')).toBe('refused');
      expect(await stored()).toEqual(['web/ours']);
    });
  },
);
