import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { plan } from '../support/plan.ts';
import { type Scene, startScene } from '../support/scene.ts';
import { serve } from '../support/serve.ts';
import { Typist } from '../support/typist.ts';

const CLI = path.resolve('cli/holdfast.ts');

/** Somebody who talks in the terminal. */
let scene: Scene;
beforeAll(async () => {
  scene = await startScene();
});
afterAll(() => scene?.stop());

class Chat {
  readonly #process: ChildProcess;
  /** What it said, and beside it how the connection is. */
  text = '';
  aside = '';

  constructor(conversation: string, args: string[] = [], env: Record<string, string> = {}) {
    this.#process = spawn(
      process.execPath,
      [CLI, 'chat', conversation, '--url', scene.stack.url(), ...args],
      { env: { PATH: process.env.PATH, ...env }, stdio: 'pipe' },
    );
    this.#process.stdout?.on('data', (chunk) => (this.text += chunk));
    this.#process.stderr?.on('data', (chunk) => (this.aside += chunk));
    onTestFinished(() => void this.#process.kill('SIGKILL'));
  }

  say(line: string): void {
    this.#process.stdin?.write(`${line}\n`);
  }

  /** Says nothing more, and returns the exit code. */
  async end(): Promise<number> {
    this.#process.stdin?.end();
    const [code] = await once(this.#process, 'exit');
    return code;
  }

  async shows(text: string): Promise<void> {
    await eventually(() => this.text.includes(text), {
      what: () => `${text} in ${this.text}; ${this.aside}`,
    });
  }
}

test('answers appear as they are written, once, with what tools do', async () => {
  const chat = new Chat('talk');
  const say = 'the answer has many words and comes slowly';
  chat.say(
    plan({ steps: [[['calculator', { expression: '6*7' }]]], first: 'Let me see.', say, chunkDelayMs: 200 }),
  );
  await chat.shows('the answer has');
  // It is not there in whole yet, and what is there is not durable.
  expect(chat.text).not.toContain('slowly');
  await chat.shows('slowly [heard 1]\n');
  expect(chat.text).toBe(
    `Let me see.\n  → calculator {"expression":"6*7"}\n  calculator: ok, 42\n${say} [heard 1]\n`,
  );
  chat.say('/status');
  await chat.shows('Idle.');
  expect(await chat.end()).toBe(0);

  // Who comes back sees what was said last.
  const later = new Chat('talk');
  await later.shows(`${say} [heard 1]`);
  expect(await later.end()).toBe(0);
});

test('the gateway is killed in the middle: nothing is lost, and nothing is there twice', async () => {
  const { stack } = scene;
  const chat = new Chat('killed');
  chat.say(plan({ steps: [[['wait', { seconds: 4 }]]], first: 'I wait.', say: 'waited' }));
  await chat.shows('I wait.');
  await stack.killGateways();
  await eventually(() => chat.aside.includes('does not answer'));
  chat.say('said while it was away');
  await stack.startGateway();
  await chat.shows('waited');
  expect(await chat.end()).toBe(0);
  expect(chat.aside).toContain('Connected again.');
  expect(chat.text.match(/I wait\./g)).toHaveLength(1);
  const { transcript } = await stack.read('killed');
  const heard = transcript.flatMap((entry) => (entry.kind === 'user' ? [entry.text] : []));
  expect(heard.filter((words) => words === 'said while it was away')).toHaveLength(1);
});

test('a message whose acknowledgement was lost is sent again, and taken once', async () => {
  let cut = 0;
  const proxy = await serve(async ({ method = 'GET', url = '', headers }, body, response) => {
    const answer = await fetch(scene.stack.url() + url, {
      method,
      headers: { 'content-type': headers['content-type'] ?? '' },
      ...(method === 'POST' ? { body } : {}),
    });
    if (method === 'POST' && cut++ === 0) return void response.destroy();
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    if (answer.body) await pipeline(answer.body, response).catch(() => {});
  });
  onTestFinished(() => proxy.close());
  const chat = new Chat('cut', ['--url', proxy.url]);
  chat.say('hello');
  await eventually(() => cut === 2);
  expect(await chat.end()).toBe(0);
  expect(chat.text).toBe('echo: hello [heard 1]\n');
  expect((await scene.stack.read('cut')).turns).toBe(1);
});

test('a worker dies while it writes: the text goes on where it was', async () => {
  const chat = new Chat('worker-dies');
  const say = 'one two three four five six seven eight nine ten';
  chat.say(plan({ say, chunkDelayMs: 300 }));
  await chat.shows('one two');
  await scene.stack.replaceWorkers();
  await chat.shows('ten [heard 1]\n');
  expect(chat.text).toBe(`${say} [heard 1]\n`);
});

test('a call is allowed by typing', async () => {
  const chat = new Chat('careful');
  chat.say(plan({ steps: [[['charge', {}]]], say: 'charged' }));
  await chat.shows('/approve ');
  const id = /\/approve ([0-9a-f]{8})/.exec(chat.text)?.[1];
  chat.say(`/approve ${id}`);
  await chat.shows('approved, once, by the operator');
  await chat.shows('charged [heard 1]');
  expect(scene.ledger.of('charge', 'end')).toHaveLength(1);
});

test('a key is needed where the gateway has one, and the variable is named', async () => {
  const { stack } = scene;
  await stack.startGateway(1, { env: { HOLDFAST_API_KEYS: 'key-of-the-tests' } });
  const there = ['--url', stack.url(1)];
  const refused = new Chat('locked', there);
  refused.say('hello');
  expect(await refused.end()).toBe(1);
  expect(refused.aside).toContain('HOLDFAST_API_KEYS');
  const allowed = new Chat('locked', there, { HOLDFAST_API_KEYS: 'key-of-the-tests' });
  allowed.say('hello');
  expect(await allowed.end()).toBe(0);
  expect(allowed.text).toBe('echo: hello [heard 1]\n');
});

test('at a terminal there is a prompt, what is typed stays, and Ctrl-C leaves', async () => {
  const chat = new Typist(['chat', 'typed', '--url', scene.stack.url()], {});
  await chat.sees('> ');
  chat.type('hello\r');
  await chat.sees('echo: hello [heard 1]');
  chat.type('half a se');
  await scene.stack.say('typed', 'from elsewhere');
  await chat.sees('echo: from elsewhere [heard 2]');
  // What was being typed is there again, below.
  await eventually(() => /> half a se[^\n]*$/.test(chat.screen), { what: () => chat.screen });
  chat.type('ntence\r');
  await chat.sees('echo: half a sentence [heard 3]');
  chat.type('\u0003');
  expect(await chat.exit()).toBe(0);
});
