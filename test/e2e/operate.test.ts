import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findBrowser, launchBrowser, NO_BROWSER } from '../browser.ts';
import { eventually } from '../support/eventually.ts';
import { plan } from '../support/plan.ts';
import { type Scene, startScene } from '../support/scene.ts';

const chromium = findBrowser();
const KEY = 'the-key-of-the-operator';
const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

/** An operator in front of `/operate`, with people at Telegram and processes that die. */
describe.skipIf(chromium === undefined)(
  `the operator's page${chromium === undefined ? ` (${NO_BROWSER})` : ''}`,
  () => {
    let scene: Scene;
    let browser: Browser;
    let page: Page;
    let problems: string[];

    beforeAll(async () => {
      [scene, browser] = await Promise.all([
        startScene({ env: { HOLDFAST_API_KEYS: KEY, TEMPORAL_UI_URL: 'http://127.0.0.1:8233' } }),
        launchBrowser(chromium ?? ''),
      ]);
    });
    afterAll(async () => {
      await browser?.close();
      await scene?.stop();
    });
    beforeEach(async () => {
      problems = [];
    });
    afterEach(async () => {
      await page?.context().close();
      expect(problems).toEqual([]);
    });

    async function open(viewport: { width: number; height: number }): Promise<void> {
      const context = await browser.newContext({ viewport });
      page = await context.newPage();
      page.on('pageerror', (error) => problems.push(error.message));
      page.on('console', (line) => {
        const expected = line.text().startsWith('Failed to load resource: ');
        if (['error', 'warning'].includes(line.type()) && !expected) problems.push(line.text());
      });
      await page.goto(`${scene.stack.url()}/operate`);
    }
    async function signIn(key = KEY): Promise<void> {
      await page.getByLabel('Key').fill(key);
      await page.getByRole('button', { name: 'Sign in' }).click();
    }
    const row = (name: string) =>
      page.getByRole('list', { name: 'Conversations' }).getByRole('link', { name });
    const rows = () => page.getByRole('list', { name: 'Conversations' }).getByRole('link').count();
    /** Nothing is cut off at the side. */
    const fits = () =>
      page.evaluate<boolean>('document.documentElement.scrollWidth <= document.documentElement.clientWidth');

    it('asks for a key, and keeps it from its scripts', async () => {
      await open(DESKTOP);
      await signIn('wrong');
      await page.getByText('That key was not accepted.').waitFor();
      await signIn();
      await page.getByText('Choose a conversation').waitFor();
      expect(await page.evaluate('document.cookie')).toBe('');
      expect(
        await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }])'),
      ).not.toContain(KEY);
      await page.reload();
      await page.getByText('Choose a conversation').waitFor();
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByLabel('Key').waitFor();
      await page.reload();
      await page.getByLabel('Key').waitFor();
    });

    it('shows conversations as they come and go on, and finds them', async () => {
      const { telegram, stack } = scene;
      await open(DESKTOP);
      await signIn();
      telegram.say(7001, plan({ say: 'done', steps: [[['look_up', { holdMs: 8_000 }]]] }), {
        from: 7001,
        name: 'Grace',
      });
      telegram.say(7002, 'hello', { from: 7002, name: 'Heidi' });
      await row('Grace').getByText('running').waitFor();
      await row('Heidi').waitFor();
      await row('Grace').getByText('running').waitFor({ state: 'detached' });
      await page.getByPlaceholder('Name or id of a sender').fill('telegram:7002');
      await row('Grace').waitFor({ state: 'detached' });
      expect(await rows()).toBe(1);
      await page.getByPlaceholder('Name or id of a sender').fill('');
      await row('Grace').waitFor();
      await page.getByLabel('Platform').selectOption('slack');
      await page.getByText('There is no such conversation.').waitFor();
      await page.getByLabel('Platform').selectOption('telegram');
      await row('Grace').waitFor();
      await page.getByLabel('Status').selectOption('running');
      await page.getByText('There is no such conversation.').waitFor();
      await stack.killGateways();
      await page.getByText('The gateway does not answer.').waitFor();
      await stack.startGateway();
      await page.getByText('The gateway does not answer.').waitFor({ state: 'detached' });
    });

    it('reads along with tool calls, writes as the operator, stops and resets', async () => {
      const { telegram } = scene;
      await open(DESKTOP);
      await signIn();
      await row('Grace').click();
      await page.locator('.call[data-outcome="ok"]', { hasText: 'look_up' }).waitFor();
      await page.getByText('done [heard 1]').waitFor();
      const sender = page.locator('.user .sender', { hasText: 'Grace' });
      expect((await sender.boundingBox())?.width).toBeGreaterThan(20);
      const link = await page.getByRole('link', { name: /Temporal/ }).getAttribute('href');
      expect(link).toBe('http://127.0.0.1:8233/namespaces/default/workflows/telegram%2F7001');
      const write = async (text: string) => {
        await page.getByLabel('Message', { exact: true }).fill(text);
        await page.keyboard.press('Enter');
      };
      await write('how are you?');
      await page.getByText('echo: how are you? [heard 2]').waitFor();
      await telegram.waitFor(7001, ({ text }) => text === 'echo: how are you? [heard 2]');
      await write(plan({ steps: [[['look_up', { holdMs: 60_000 }]]] }));
      await page.getByText('Running look_up…').waitFor();
      await page.getByRole('button', { name: 'Stop', exact: true }).click();
      await page.locator('.reply.stopped').waitFor();
      await page.getByRole('button', { name: 'Reset' }).click();
      await page.getByRole('button', { name: 'Cancel' }).click();
      await page.getByRole('button', { name: 'Reset' }).click();
      await page.getByRole('button', { name: 'Start afresh' }).click();
      await page.getByText('New conversation: what is above is forgotten').waitFor();
      await telegram.waitFor(7001, ({ text }) => text.startsWith('Started afresh'));
      await page.reload();
      await page.getByRole('heading', { name: 'Grace' }).waitFor();
    });

    it('decides what waits for an approver, on a phone, through the death of everything', async () => {
      const { telegram, ledger, stack } = scene;
      telegram.say(7003, plan({ steps: [[['charge', {}]]], say: 'charged' }), { from: 7003, name: 'Ivan' });
      await open(PHONE);
      await signIn();
      const card = page.getByRole('region', { name: 'Approval needed' });
      await card.waitFor();
      expect(await fits()).toBe(true);
      expect(ledger.of('charge', 'end')).toHaveLength(0);
      await stack.killAll();
      await page.getByText(/does not answer|cannot be reached/).waitFor();
      await stack.startAll();
      await card.getByRole('button', { name: 'Approve', exact: true }).click();
      await telegram.waitFor(7003, ({ text }) => text.startsWith('charged'));
      await card.waitFor({ state: 'detached' });
      expect(ledger.of('charge', 'end')).toHaveLength(1);
      await row('Ivan').click();
      await page.getByRole('region', { name: 'Approved by the operator' }).waitFor();
      expect(await page.getByRole('list', { name: 'Conversations' }).isVisible()).toBe(false);
      expect(await fits()).toBe(true);
      await page.getByRole('button', { name: 'Back to all conversations' }).click();
      await row('Ivan').waitFor();
      expect(await page.getByLabel('Message', { exact: true }).count()).toBe(0);
      await page.goBack();
      await page.getByRole('region', { name: 'Approved by the operator' }).waitFor();
    });

    it('says that a session has ended, and goes on after the next sign-in', async () => {
      await open(DESKTOP);
      await signIn();
      await row('Ivan').click();
      await page.getByText('charged [heard 1]').waitFor();
      await page.context().clearCookies();
      await page.getByLabel('Key').waitFor();
      await signIn();
      await page.getByText('charged [heard 1]').waitFor();
      await eventually(async () => (await rows()) >= 3);
    });
  },
);
