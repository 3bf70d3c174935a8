import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBrowser, launchBrowser, NO_BROWSER } from '../browser.ts';
import { plan } from '../support/plan.ts';
import { type Scene, startScene } from '../support/scene.ts';

const LONG = `The answer begins${', and goes on'.repeat(60)}.`;
const chromium = findBrowser();

/** A person in front of the web chat, while processes die behind it. */
describe.skipIf(chromium === undefined)(
  `the web chat${chromium === undefined ? ` (${NO_BROWSER})` : ''}`,
  () => {
    let scene: Scene;
    let browser: Browser;
    let page: Page;
    const problems: string[] = [];

    beforeAll(async () => {
      [scene, browser] = await Promise.all([startScene(), launchBrowser(chromium ?? '')]);
      page = await browser.newPage();
      page.on('pageerror', (error) => problems.push(error.message));
      await page.goto(scene.stack.url());
    });
    afterAll(async () => {
      await browser?.close();
      await scene?.stop();
    });

    const write = async (text: string) => {
      await page.getByLabel('Message').fill(text);
      await page.getByLabel('Message').press('Enter');
    };
    const replies = () => page.locator('.reply');
    const textOf = (turn: number) => page.locator(`.reply[data-turn="${turn}"]:not(.command)`).innerText();

    it('shows the answer while it is being written, and goes on in the same bubble after a SIGKILL of the worker', async () => {
      await write(plan({ say: LONG, chunkDelayMs: 30 }));
      await page.locator('.reply.running', { hasText: 'The answer begins, and goes on' }).waitFor();
      await scene.stack.killWorkers();
      expect(await textOf(1)).toContain('The answer begins');
      await scene.stack.startWorker();
      await page.locator('.reply.answered').waitFor();
      expect(await replies().count()).toBe(1);
      expect(await textOf(1)).toContain(`${LONG} [heard 1]`);
    });

    it('shows tools as they run, and a reload in the middle shows the same, once', async () => {
      await write(plan({ steps: [[['look_up', { holdMs: 3_000 }]]], say: 'looked up' }));
      await page.locator('.call', { hasText: 'look_up' }).waitFor();
      await page.reload();
      await page.locator('.reply.running .call', { hasText: 'look_up' }).waitFor();
      await page.locator('.reply[data-turn="2"].answered').waitFor();
      expect(await textOf(2)).toContain('looked up [heard 2]');
      expect(await replies().count()).toBe(2);
      expect(await page.locator('.user').count()).toBe(2);
      expect(await page.locator('.call[data-outcome="ok"]').count()).toBe(1);
    });

    it('has a call allowed by a button, which the death of everything and a reload leave as it is', async () => {
      const { stack, ledger } = scene;
      await write(plan({ steps: [[['charge', {}]]], say: 'charged' }));
      const card = page.getByRole('region', { name: 'Approval needed' });
      await card.waitFor();
      await page.locator('.status-line', { hasText: 'Waiting for an approval…' }).waitFor();
      await stack.killAll();
      await stack.startAll();
      await page.reload();
      await card.getByRole('button', { name: 'Approve' }).click();
      const decided = page.getByRole('region', { name: 'Approved by the operator' });
      await decided.waitFor();
      expect(await decided.getByRole('button', { name: /Approve|Deny/ }).count()).toBe(0);
      await page.locator('.reply[data-turn="3"].answered').waitFor();
      expect(await textOf(3)).toContain('charged [heard 3]');
      expect(ledger.of('charge', 'end')).toHaveLength(1);
      await page.reload();
      await decided.waitFor();
      expect(await page.getByRole('region', { name: 'Approval needed' }).count()).toBe(0);
    });

    it('keeps what is written while everything is down, and sends it once when it is back', async () => {
      const { stack } = scene;
      await stack.killAll();
      await write('are you there?');
      await page.locator('.user.retrying').waitFor();
      await stack.startAll();
      await page.locator('.reply[data-turn="4"].answered').waitFor();
      expect(await textOf(4)).toContain('echo: are you there? [heard 4]');
      expect(await page.locator('.user').count()).toBe(5);
      expect(problems).toEqual([]);
    });
  },
);
