import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findBrowser, launchBrowser, NO_BROWSER } from '../browser.ts';
import { StandIn } from './web-chat.stand-in.ts';

const browserPath = findBrowser();
const SOON = { timeout: 10_000 };

describe('the web chat in a browser', { timeout: 40_000 }, () => {
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let gateway: StandIn;
  /** What the console says beyond failed requests, which tests provoke. */
  let complaints: string[];

  beforeAll(async () => {
    if (browserPath) browser = await launchBrowser(browserPath);
  }, 60_000);
  afterAll(() => browser?.close());

  beforeEach(async (test) => {
    test.skip(browserPath === undefined, NO_BROWSER);
    gateway = new StandIn();
    await gateway.start();
    context = await browser.newContext();
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    complaints = [];
    page = await open();
  });
  afterEach(async () => {
    await context?.close();
    await gateway?.stop();
    expect(complaints).toEqual([]);
  });

  async function open(path = '/?c=test'): Promise<Page> {
    const opened = await context.newPage();
    opened.on('pageerror', (error) => complaints.push(String(error)));
    opened.on('dialog', (dialog) => complaints.push(`dialog: ${dialog.message()}`));
    opened.on('console', (line) => {
      const expected = line.text().startsWith('Failed to load resource: ');
      if (['error', 'warning'].includes(line.type()) && !expected) complaints.push(line.text());
    });
    await opened.goto(gateway.url + path);
    return opened;
  }

  async function write(text: string): Promise<void> {
    await page.getByLabel('Message', { exact: true }).fill(text);
    await page.keyboard.press('Enter');
  }

  const bubbles = () => page.locator('.items > li .bubble').allInnerTexts();
  const shows = (...texts: string[]) => expect.poll(bubbles, SOON).toEqual(texts);
  const live = () => page.locator('.connection.live').waitFor(SOON);

  it('sends what is written and streams the reply into one bubble', async () => {
    await live();
    await write('hello');
    await shows('hello');
    expect(gateway.posts).toMatchObject([{ conversation: 'test', text: 'hello' }]);
    expect(await page.evaluate('document.activeElement.id')).toBe('message');

    gateway.status('running');
    gateway.delta('Let me **see', 0);
    await shows('hello', 'Let me **see');
    const bubble = await page.locator('[data-turn="1"]').elementHandle();
    gateway.delta('**.', 12);
    gateway.step('Let me **see**.', [{ id: 'a', name: 'calculator', input: { expression: '6*7' } }]);
    const call = page.locator('details.call');
    await call.locator('summary').getByText('6*7').waitFor(SOON);
    expect(await call.getAttribute('data-outcome')).toBe('running');
    gateway.progress('a', 'counting');
    await call.getByText('counting').waitFor(SOON);
    gateway.tool('a', 'calculator', 'forty-two');
    await page.locator('details.call[data-outcome=ok]').waitFor(SOON);
    gateway.delta('It is 42', 0, 2);
    await page.getByText('It is 42').waitFor(SOON);
    gateway.reply('Let me **see**.\n\nIt is 42.');
    gateway.status('idle');
    await page.locator('.reply.answered').getByText('It is 42.').waitFor(SOON);

    expect(await page.locator('.items > li').count()).toBe(2);
    expect(await bubble?.evaluate((element) => element.isConnected && element.className)).toBe(
      'reply answered',
    );
    expect(await page.locator('.reply strong').innerText()).toBe('see');
    await call.locator('summary').click();
    expect(await call.getByText('forty-two').isVisible()).toBe(true);
    expect(await page.getByTestId('announcement').innerText()).toContain('It is 42.');
    await page.getByRole('link', { name: 'Open in Temporal' }).waitFor(SOON);
  });

  it('keeps the text of a killed attempt until the next has caught up', async () => {
    gateway.message('hello');
    gateway.delta('The answer is', 0);
    await live();
    gateway.delta('The answer is', 0);
    await shows('hello', 'The answer is');
    const seen = page.evaluate<string[]>(`new Promise((resolve) => {
      const texts = [];
      const bubble = document.querySelector('.reply .bubble');
      new MutationObserver(() => {
        texts.push(bubble.innerText);
        if (bubble.innerText.endsWith('42')) resolve(texts);
      }).observe(bubble, { subtree: true, childList: true, characterData: true });
    })`);
    for (const [offset, text] of [
      [0, 'The'],
      [3, ' answer'],
      [10, ' is 42'],
    ] as const) {
      gateway.delta(text, offset, 1, 2);
      await page.waitForTimeout(50);
    }
    expect(await seen).toEqual(['The answer is 42']);
  });

  it('shows the same after a reload in the middle of a turn', async () => {
    await live();
    await write('hello');
    gateway.step('First.', [{ id: 'a', name: 'wait', input: { seconds: 9 } }]);
    gateway.status('running', [{ callId: 'a', name: 'wait' }]);
    await page.getByText('Running wait…').waitFor(SOON);
    const before = await bubbles();
    await page.reload();
    await page.getByText('Running wait…').waitFor(SOON);
    expect(await bubbles()).toEqual(before);
    gateway.tool('a', 'wait', 'waited');
    gateway.reply('First.\n\nSecond.');
    await page.getByText('Second.').waitFor(SOON);
    expect(await page.locator('.items > li').count()).toBe(2);
    expect(gateway.posts).toHaveLength(1);
  });

  it('loses and repeats nothing when the gateway is restarted', async () => {
    await live();
    await write('one');
    // What is answered was stored before.
    await expect.poll(() => gateway.posts, SOON).toHaveLength(1);
    gateway.step('1', []);
    await page.getByText('1', { exact: true }).waitFor(SOON);
    await gateway.stop();
    await page.locator('.connection.connecting').waitFor(SOON);
    gateway.reply('1\n\n1 is done');
    gateway.message('two');
    await write('three');
    await page.getByText('will retry').waitFor(SOON);
    await gateway.start();
    await live();
    await expect.poll(() => gateway.posts.map((post) => post.text), SOON).toEqual(['one', 'three']);
    await shows('one', '1\n\n1 is done', 'two', 'three');
    expect(gateway.cursors[0]).toBe(0);
    expect(gateway.cursors.at(-1)).toBe(2);
  });

  it('sends a message that could not be stored again, with the same id, until it is accepted once', async () => {
    const busy = () =>
      Response.json(
        { error: { code: 'unavailable', message: '' } },
        { status: 503, headers: { 'Retry-After': '1' } },
      );
    gateway.refusals.push(busy, busy);
    await live();
    await write('hello');
    await page.getByText('Not sent yet, will retry').waitFor(SOON);
    const [id] = await page
      .locator('.user')
      .evaluateAll((items) => items.map((item) => item.getAttribute('data-id')));
    await shows('hello');
    await page.getByText('will retry').waitFor({ ...SOON, state: 'detached' });
    expect(gateway.posts).toMatchObject([{ id, text: 'hello' }]);
    expect(gateway.refusals).toEqual([]);
    await page.waitForTimeout(1_500);
    expect(gateway.posts).toHaveLength(1);
  });

  it('sends after a reload what could not be sent before', async () => {
    gateway.refusals.push(() => new Response('', { status: 503, headers: { 'Retry-After': '600' } }));
    await live();
    await write('hello');
    await page.getByText('will retry').waitFor(SOON);
    await page.reload();
    await shows('hello');
    await expect.poll(() => gateway.posts.length, SOON).toBe(1);
    expect(await page.evaluate("Object.keys(localStorage).filter((key) => key.includes('outbox'))")).toEqual(
      [],
    );
  });

  it('keeps a message that waits for its turn through a reload, without sending it twice', async () => {
    gateway.receiving = false;
    await live();
    await write('later');
    await expect.poll(() => gateway.posts.length, SOON).toBe(1);
    await page.locator('.user.accepted').waitFor(SOON);
    await page.reload();
    await live();
    await shows('later');
    gateway.message('later', gateway.posts[0]?.id);
    await page.locator('.user.confirmed').waitFor(SOON);
    expect(await page.locator('.user').count()).toBe(1);
    expect(gateway.posts).toHaveLength(1);
  });

  it('gives a refused message back to be edited', async () => {
    gateway.refusals.push(() =>
      Response.json({ error: { code: 'too_large', message: 'It is too long.' } }, { status: 413 }),
    );
    await live();
    await write('a novel');
    await page.getByText('It is too long.').waitFor(SOON);
    await page.getByRole('button', { name: 'Edit' }).click();
    expect(await page.getByLabel('Message', { exact: true }).inputValue()).toBe('a novel');
    expect(await page.locator('.user').count()).toBe(0);
  });

  it('asks for the key, says when it is wrong, and keeps it in this tab', async () => {
    gateway.key = 'sesame';
    gateway.message('secret');
    await page.reload();
    const field = page.getByLabel('Key', { exact: true });
    await field.fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByText('That key was not accepted.').waitFor(SOON);
    await field.fill('sesame');
    await page.keyboard.press('Enter');
    await shows('secret');
    await write('hello');
    await shows('secret', 'hello');
    await page.reload();
    await shows('secret', 'hello');
    expect(await page.evaluate('JSON.stringify(localStorage)')).not.toContain('sesame');
  });

  it('runs nothing that a model writes and asks no other server for anything', async () => {
    const foreign: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(gateway.url)) foreign.push(request.url());
    });
    gateway.message('be evil', 'm', 1);
    gateway.reply(
      [
        '<script>window.evil = 1</script><img src=x onerror="window.evil = 2">',
        '<a href="javascript:window.evil=3" onclick="window.evil = 4">link</a> [other](javascript:window.evil=5)',
        '<iframe srcdoc="<script>parent.evil = 6</script>"></iframe><style>body { display: none }</style>',
        '![picture](https://127.0.0.1:1/leak?what=said) <form action="//127.0.0.1:1"><button>send</button></form>',
        '<p style="position:fixed" class="bubble" id="message">styled</p>',
        '**bold** H<sub>2</sub>O',
      ].join('\n\n'),
    );
    await page.locator('.reply strong').waitFor(SOON);
    expect(await page.locator('.reply sub').innerText()).toBe('2');
    await page.getByText('other', { exact: true }).click();
    expect(await page.evaluate('window.evil')).toBeUndefined();
    const html = await page.locator('.reply .markdown').innerHTML();
    expect(html).not.toMatch(
      /<(script|img|iframe|style|form|button)|<[^>]+(onerror|onclick|javascript:|style=|class=|id=)/,
    );
    expect(await page.getByRole('link', { name: 'picture' }).getAttribute('rel')).toContain('noopener');
    expect(foreign).toEqual([]);
  });

  it('copies code', async () => {
    gateway.message('code?');
    gateway.reply('Here:\n\n```ts\nconst a = 1;\nconst b = 2;\n```');
    await page.getByRole('button', { name: 'Copy' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor(SOON);
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe('const a = 1;\nconst b = 2;');
  });

  it('follows the end of the conversation only for a reader who is there', async () => {
    await live();
    const long = 'line\n\n'.repeat(60);
    const distance = () =>
      page
        .locator('main')
        .evaluate((main) => Math.round(main.scrollHeight - main.scrollTop - main.clientHeight));
    gateway.message('long?');
    gateway.delta(long, 0);
    await page.getByText('line').first().waitFor(SOON);
    await expect.poll(distance, SOON).toBeLessThan(5);
    await page.locator('main').evaluate((main) => main.scrollTo({ top: 0 }));
    const down = page.getByRole('button', { name: 'Go to the newest message' });
    await down.waitFor(SOON);
    gateway.delta(`${long}the end`, long.length);
    await page.getByText('the end').waitFor({ ...SOON, state: 'attached' });
    expect(await page.locator('main').evaluate((main) => main.scrollTop)).toBe(0);
    await down.click();
    await expect.poll(distance, SOON).toBeLessThan(5);
  });

  it('begins another conversation, and goes back to the one before', async () => {
    await live();
    await write('first');
    await shows('first');
    await page.getByRole('button', { name: 'New chat' }).click();
    await expect.poll(() => page.url(), SOON).not.toContain('c=test');
    const other = new URL(page.url()).searchParams.get('c');
    gateway.receiving = false;
    await write('second');
    await expect.poll(() => gateway.posts.at(-1)?.conversation, SOON).toBe(other);
    await page.goto(gateway.url);
    await expect.poll(() => new URL(page.url()).searchParams.get('c'), SOON).toBe(other);
    await page.goBack();
    await page.goBack();
    await expect.poll(() => page.url(), SOON).toContain('c=test');
  });

  it('can be used by keyboard and by name alone', async () => {
    await live();
    await page.getByRole('button', { name: '/help' }).waitFor(SOON);
    const unnamed = await page.locator('button, a, input, textarea, main, nav').evaluateAll((elements) =>
      elements
        .filter((element) => {
          const labels = 'labels' in element && (element.labels as { length: number }).length > 0;
          return !labels && !element.ariaLabel && !element.textContent?.trim();
        })
        .map((element) => element.outerHTML),
    );
    expect(unnamed).toEqual([]);
    for (const role of ['banner', 'main', 'contentinfo', 'navigation'] as const)
      expect(await page.getByRole(role).count(), role).toBe(1);
    expect(await page.locator('html').getAttribute('lang')).toBe('en');

    const field = page.getByLabel('Message', { exact: true });
    await field.pressSequentially('one');
    await page.keyboard.press('Shift+Enter');
    await field.pressSequentially('two');
    expect(gateway.posts).toEqual([]);
    await page.keyboard.press('Enter');
    await expect.poll(() => gateway.posts[0]?.text, SOON).toBe('one\ntwo');
  });

  it('tells a failed reply from an answered one, and draws a line below /new', async () => {
    gateway.message('hello');
    gateway.reply('Sorry, I could not finish this.', 'failed');
    gateway.message('/new', 'n');
    gateway.reply('Forgotten.', 'command');
    await page.locator('.reply.failed').getByText('Failed').waitFor(SOON);
    await page.locator('.divider').waitFor(SOON);
  });

  it('shows choices under the newest reply, and sends the one that is pressed', async () => {
    await live();
    gateway.message('hello');
    gateway.reply('Sure?', 'answered', undefined, {
      buttons: [
        { label: 'Yes, do it', value: 'yes' },
        { label: 'No', value: 'no' },
      ],
    });
    const choices = page.getByRole('group', { name: 'Choices' }).getByRole('button');
    await choices.first().waitFor(SOON);
    expect(await choices.allInnerTexts()).toEqual(['Yes, do it', 'No']);
    await choices.first().click();
    await expect.poll(() => gateway.posts.map(({ text }) => text), SOON).toEqual(['yes']);
    // It was said; another press would be another answer.
    await expect.poll(() => choices.first().isDisabled(), SOON).toBe(true);
  });

  it('shows a call that waits to be allowed, and sends what is decided', async () => {
    await live();
    gateway.message('charge me');
    gateway.step('Let me.', [{ id: 'a', name: 'charge', input: { amount: 12 } }]);
    gateway.status('awaiting-approval', [{ callId: 'a', name: 'charge' }]);
    gateway.approval('1a2b3c4d', 'charge', { scope: 'Ann' });
    const card = page.getByRole('region', { name: 'Approval needed' });
    await card.waitFor(SOON);
    expect(await page.locator('.status-line').innerText()).toContain('Waiting for an approval…');
    expect(await page.locator('.call[data-outcome=waiting]').innerText()).toContain('needs approval');
    expect(await card.locator('pre').innerText()).toContain('"amount": 12');
    expect(await card.locator('.terms').innerText()).toMatch(/cover every call of charge for Ann\..* 20\d\d/);
    const buttons = card.getByRole('group', { name: 'Decide about charge' }).getByRole('button');
    expect(await buttons.allInnerTexts()).toEqual(['Approve', 'For this conversation', 'Always', 'Deny']);

    // What else is said meanwhile takes nothing away from it; a reload neither.
    gateway.message('/status', 's', 1);
    gateway.reply('Waiting.', 'command', ['s']);
    await page.locator('.reply.command').waitFor(SOON);
    await page.reload();
    await card.waitFor(SOON);
    gateway.receiving = false;
    await buttons.nth(2).focus();
    await page.keyboard.press('Enter');
    await expect
      .poll(() => gateway.posts.map(({ text }) => text), SOON)
      .toEqual(['/approve 1a2b3c4d always']);
    expect(await buttons.evaluateAll((all) => all.every((one) => one.matches(':disabled')))).toBe(true);

    gateway.message('/approve 1a2b3c4d always', gateway.posts[0]?.id, 1);
    gateway.decision('1a2b3c4d', 'approved', { reach: 'always', by: 'the operator' });
    gateway.status('running', [{ callId: 'a', name: 'charge' }]);
    const decided = page.getByRole('region', { name: 'Approved by the operator, always' });
    await decided.waitFor(SOON);
    expect(await decided.getByRole('button', { name: /Approve|Deny/ }).count()).toBe(0);
    expect(await decided.locator('pre').innerText()).toContain('"amount": 12');
    // Who decided by keyboard is still there.
    expect(await page.evaluate('document.activeElement.className')).toBe('approval');
    gateway.tool('a', 'charge', 'charged');
    gateway.reply('Let me.\n\nCharged.', 'answered', ['m0']);
    await page.locator('.reply.answered').getByText('Charged.').waitFor(SOON);
    const before = await bubbles();
    await page.reload();
    await decided.waitFor(SOON);
    await expect.poll(bubbles, SOON).toEqual(before);
  });

  it('shows who refused a call, that nobody decided, and that a call was not allowed', async () => {
    gateway.message('charge us');
    gateway.step(
      '',
      ['a', 'b', 'c'].map((id) => ({ id, name: 'charge', input: {} })),
    );
    for (const id of ['aaaaaaaa', 'bbbbbbbb', 'cccccccc']) gateway.approval(id, 'charge');
    gateway.decision('aaaaaaaa', 'denied', { by: 'Ada <script>evil()</script>' });
    gateway.decision('bbbbbbbb', 'expired');
    gateway.tool('a', 'charge', 'charge was not run', 'denied');
    for (const name of [
      'Denied by Ada <script>evil()</script>',
      'Expired: nobody decided in time',
      'Approval needed',
    ])
      await page.getByRole('region', { name, exact: true }).waitFor(SOON);
    expect(await page.locator('.call[data-outcome=denied]').innerText()).toContain('not allowed');
    gateway.decision('cccccccc', 'cancelled');
    gateway.reply('Stopped.', 'stopped');
    await page.getByRole('region', { name: 'Not decided: the turn was stopped' }).waitFor(SOON);
    expect(await page.locator('.approval button:not(.copy)').count()).toBe(0);
    // A task goes on when the turn that began it has ended.
    gateway.approval('dddddddd', 'charge', { task: 't1' });
    const ofTask = page.getByRole('region', { name: 'Approval needed by task t1' });
    await ofTask.getByRole('button', { name: 'Deny' }).click();
    await expect.poll(() => gateway.posts.map(({ text }) => text), SOON).toEqual(['/deny dddddddd']);
    gateway.decision('dddddddd', 'denied', { by: 'the operator' });
    await page.getByRole('region', { name: 'Denied by the operator' }).waitFor(SOON);
  });

  it('offers files: its own to keep, those elsewhere as links, and loads nothing from there', async () => {
    await live();
    const pixel =
      'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    gateway.message('hello');
    gateway.reply('Here.', 'answered', undefined, {
      files: [
        { name: 'dot.png', mediaType: 'image/png', url: pixel },
        { name: 'a.txt', mediaType: 'text/plain', url: 'data:text/plain;base64,aGVsbG8=' },
        { name: 'far.png', mediaType: 'image/png', url: 'https://elsewhere.test/far.png' },
        { name: 'bad', mediaType: 'text/html', url: 'javascript:alert(1)' },
        { name: 'old.txt', mediaType: 'text/plain', url: '' },
      ],
    });
    const files = page.getByRole('list', { name: 'Files' });
    await files.getByText('dot.png').waitFor(SOON);
    const width = () => page.evaluate(`document.querySelector('.files img')?.naturalWidth`);
    await expect.poll(width, SOON).toBe(1);
    expect(await files.locator('img').count()).toBe(1);
    const [download] = await Promise.all([page.waitForEvent('download'), files.getByText('a.txt').click()]);
    expect(download.suggestedFilename()).toBe('a.txt');
    const far = files.getByRole('link', { name: 'far.png' });
    expect(await far.getAttribute('href')).toBe('https://elsewhere.test/far.png');
    expect(await far.getAttribute('rel')).toContain('noreferrer');
    expect(await files.getByRole('link').count()).toBe(3);
    expect(await files.getByText('not kept any more').count()).toBe(2);
    expect(requests.filter((url) => !/^(data|blob):/.test(url) && !url.startsWith(gateway.url))).toEqual([]);
  });
});
