import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBrowser, launchBrowser, NO_BROWSER } from '../browser.ts';
import { isRunning, type Started, startHoldfast, temporaryFolder, until } from '../cli/processes.ts';
import { createKey } from '../encryption/create-key.ts';
import { STARTS_WITHIN_MS } from '../support/eventually.ts';

const CLI = fileURLToPath(new URL('../../cli/holdfast.ts', import.meta.url));
const API_KEY = 'api-key-of-this-test';
const SECRET = 'Xanthophyll';
/** The conversation begins with it. */
const MESSAGE_EVENT = 2;
const chromium = findBrowser();

/** Temporal's own UI, in a browser, beside everything that `npm start` runs. */
describe.skipIf(chromium === undefined)(
  `Temporal's UI${chromium === undefined ? ` (${NO_BROWSER})` : ''}`,
  { timeout: 2 * STARTS_WITHIN_MS },
  () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await launchBrowser(chromium ?? '');
    });
    afterAll(() => browser?.close());

    async function start(env: Record<string, string>) {
      const keys = { HOLDFAST_ENCRYPTION_KEYS: `k:${createKey()}`, HOLDFAST_CODEC_PORT: '0' };
      const started = startHoldfast(temporaryFolder(), { ...keys, ...env }, { command: [CLI, 'start'] });
      await until(() => isRunning(started), STARTS_WITHIN_MS);
      const address = (label: string) => new RegExp(`${label} +(\\S+)`).exec(started.output())?.[1] ?? '';
      const [web, ui, codec] = [address('Web chat'), address('Temporal UI'), address('Codec server')];
      const said = await fetch(`${web}/v1/conversations/told/messages?wait=30`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${API_KEY}` },
        body: JSON.stringify({ text: SECRET }),
      });
      expect(said.status).toBe(200);
      const page = await (await browser.newContext()).newPage();
      return { started, ui, codec, page };
    }

    /** Opens the message in the conversation's history, and returns all that the page shows once it has shown it in this way. */
    async function open(page: Page, ui: string, way: 'as it was said' | 'encrypted'): Promise<string> {
      await page.goto(`${ui}/namespaces/default/workflows/web%2Ftold`);
      await page.waitForURL(/\/history$/);
      const asked = page.waitForResponse((response) => response.url().endsWith('/decode'));
      await page.goto(`${page.url()}/events/${MESSAGE_EVENT}`);
      expect((await asked).status()).toBe(way === 'encrypted' ? 401 : 200);
      const sign = way === 'encrypted' ? 'encryption-key-id' : SECRET;
      await page.getByText(sign).first().waitFor();
      return page.locator('body').innerText();
    }

    async function stop({ process, exit }: Started): Promise<void> {
      process.kill('SIGTERM');
      expect(await exit()).toBe(0);
    }

    it('shows what was said on this machine, by the codec server, which comes back after a SIGKILL; Temporal itself has no keys', async () => {
      const { started, page, ui } = await start({});
      await open(page, ui, 'as it was said');
      const environment = await readFile(`/proc/${started.pid('temporal')}/environ`, 'utf8');
      expect(environment).toContain('HOLDFAST_HOME=');
      expect(environment).not.toContain('HOLDFAST_ENCRYPTION_KEYS');
      const before = started.pid('codec-server');
      process.kill(before ?? 0, 'SIGKILL');
      await until(() => started.output().match(/codec server ready/g)?.length === 2);
      expect(started.pid('codec-server')).not.toBe(before);
      await open(page, ui, 'as it was said');
      await stop(started);
    });

    it('with API keys, shows it to who has signed in', async () => {
      const { started, page, ui, codec } = await start({ HOLDFAST_API_KEYS: API_KEY });
      const without = await open(page, ui, 'encrypted');
      expect(without).toContain('Codec Server could not connect');
      expect(without).not.toContain(SECRET);

      await page.goto(codec);
      await page.getByLabel('Key').fill('a wrong one');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByText('This is none of HOLDFAST_API_KEYS').waitFor();
      await page.getByLabel('Key').fill(API_KEY);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByText('You are signed in').waitFor();
      // The UI does not say yet who asks.
      expect(await open(page, ui, 'encrypted')).not.toContain(SECRET);

      // By keys: the UI's bar lies over a part of its settings.
      await page.getByTestId('data-encoder-status-error').click();
      await page.getByRole('button', { name: 'Use Cluster-level setting' }).click();
      await page.getByText('Use my browser setting').click();
      await page.getByLabel('Codec Server browser endpoint').fill(codec);
      await page.getByLabel('Include cross-origin credentials').press('Space');
      await page.getByRole('button', { name: 'Apply' }).press('Enter');
      expect(await open(page, ui, 'as it was said')).not.toContain('Codec Server could not connect');

      await page.goto(codec);
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByRole('button', { name: 'Sign in' }).waitFor();
      expect(await open(page, ui, 'encrypted')).not.toContain(SECRET);
      await stop(started);
    });
  },
);
