import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Rig } from '../fakes/rig.ts';
import { RIGS } from '../fakes/rigs.ts';
import type { Child } from '../support/child.ts';
import { eventually } from '../support/eventually.ts';
import { plan } from '../support/plan.ts';
import { runCli } from '../support/run-cli.ts';
import { type Scene, startScene } from '../support/scene.ts';
import { sendWebhook } from '../support/send-webhook.ts';

const API_KEY = 'api-key-of-this-test-5d1f';
const WRONG = 'wrong-9c3b7ae1';
/** Variables that hold secrets. */
const SECRET = /TOKEN|SECRET|PASSWORD|_KEY|CREDENTIALS/;
/** Beside Telegram, which the scene has. */
const PLATFORMS = Object.entries(RIGS).filter(([name]) => name !== 'telegram');

/** Secrets of every kind, through turns that work and turns that fail, must show up nowhere. */
describe('secrets', () => {
  let scene: Scene;
  let rigs: Rig[];
  const killed: Child[] = [];
  /** What people, operators and callers get to see. */
  const seen: string[] = [];
  const secrets = new Set<string>([
    'token-of-the-tests',
    'secret-of-the-tests',
    'internal-key-of-the-tests',
    API_KEY,
    WRONG,
  ]);

  beforeAll(async () => {
    rigs = await Promise.all(PLATFORMS.map(([, start]) => start()));
    const env = Object.assign({}, ...rigs.map((rig) => rig.env)) as Record<string, string>;
    for (const rig of rigs) for (const secret of rig.secrets) secrets.add(secret);
    for (const [name, value] of Object.entries(env))
      if (SECRET.test(name) && isLong(value)) secrets.add(value);
    scene = await startScene({ env: { ...env, HOLDFAST_API_KEYS: API_KEY, HOLDFAST_LOG_LEVEL: 'debug' } });
    secrets.add(scene.model.key);
  });
  afterAll(async () => {
    await scene?.stop();
    await Promise.all((rigs ?? []).map((rig) => rig.close()));
  });

  const read = async (url: string, authorization = `Bearer ${API_KEY}`) => {
    const answer = await (await fetch(scene.stack.url() + url, { headers: { authorization } })).text();
    seen.push(answer);
    return answer;
  };
  const idle = (conversation: string, replies: number) =>
    eventually(
      async () => {
        const answer = await read(`/v1/conversations/${encodeURIComponent(conversation)}`);
        const { status, transcript = [] } = JSON.parse(answer);
        const told = transcript.filter(({ kind }: { kind: string }) => kind === 'reply');
        return status === 'idle' && told.length >= replies;
      },
      { what: `${replies} replies in ${conversation}` },
    );
  const hook = async (request: Parameters<typeof sendWebhook>[1]) => {
    const answer = await sendWebhook(scene.stack.url(), request);
    seen.push(await answer.text());
    return answer.status;
  };

  it('are used by turns, which work and fail', async () => {
    const { model, telegram } = scene;
    telegram.say(9101, plan({ steps: [[['look_up', {}]]] }));
    await idle('telegram/9101', 1);
    const script = model.script;
    model.script = () => ({ status: 401 });
    telegram.fail('sendMessage', { status: 500, times: 2 });
    telegram.say(9101, 'refused');
    await idle('telegram/9101', 2);
    model.script = script;
    telegram.block(9102);
    telegram.say(9102, 'blocked');
    await idle('telegram/9102', 1);
  });

  it('are used by every platform, whose API refuses a reply, and by webhooks that are refused', async () => {
    for (const rig of rigs) {
      rig.fail(403);
      expect(await hook(await rig.say(1, `hello, ${rig.name}`))).toBeLessThan(300);
      expect(await hook(await rig.forge(await rig.say(1, 'forged')))).toBe(401);
      expect(await hook(await rig.forge(await rig.sign('{')))).toBe(401);
      expect(await hook(await rig.sign('no message'))).toBeGreaterThanOrEqual(400);
    }
    await Promise.all(rigs.map((rig) => idle(`${rig.name}/${rig.conversation(1)}`, 1)));
  });

  it('are wrong, at a worker that another one replaces', async () => {
    const { stack } = scene;
    killed.push(...stack.workers);
    const env = Object.fromEntries(
      rigs
        .flatMap((rig) => Object.entries(rig.env))
        .filter(([name, value]) => /TOKEN$|SECRET$|PASSWORD$/.test(name) && isLong(value))
        .map(([name, value]) => [name, name === 'HTTP_WEBHOOK_SECRET' ? value : `${value}${WRONG}`]),
    );
    await stack.killWorkers();
    await stack.startWorker({ env: { ...env, OPENAI_COMPATIBLE_API_KEY: WRONG } });
    for (const rig of rigs) expect(await hook(await rig.say(2, 'hello again'))).toBeLessThan(300);
    await Promise.all(rigs.map((rig) => idle(`${rig.name}/${rig.conversation(2)}`, 1)));
  });

  it('are asked for by callers that have none, or a wrong one', async () => {
    for (const authorization of ['', `Bearer ${WRONG}`, `Basic ${WRONG}`, `Bearer ${API_KEY} `])
      for (const url of [
        '/v1/conversations',
        '/v1/conversations/x',
        '/internal/live',
        '/webhooks/slack',
        '/nothing',
      ])
        await read(url, authorization);
    await read(`/v1/conversations/x/events?after=${WRONG}`);
  });

  it('are malformed, or right, for the commands that operators run', async () => {
    const base = {
      ...Object.assign({}, ...rigs.map((rig) => rig.env)),
      TEMPORAL_ADDRESS: scene.stack.temporalAddress,
    };
    const malformed: Record<string, string> = {
      DISCORD_PUBLIC_KEY: WRONG,
      WECHAT_ENCODING_AES_KEY: WRONG,
      WECOM_ENCODING_AES_KEY: WRONG,
      HTTP_WEBHOOK_SECRET: WRONG,
      HTTP_CALLBACK_URL: `https://user:${WRONG}@example.com/`,
      GOOGLE_CHAT_CREDENTIALS: `{"private_key":"${WRONG}","client_email":"a@b.c"}`,
      SLACK_API_BASE_URL: `ftp://${WRONG}`,
    };
    for (const [name, value] of Object.entries(malformed)) {
      const { code, stdout, stderr } = await runCli(['config', 'check'], { ...base, [name]: value });
      seen.push(stdout, stderr);
      expect(code, `${name}: ${stderr}`).toBe(78);
      expect(stderr).toContain(name);
    }
    for (const command of [['config', 'check'], ['doctor'], ['version'], ['schedules'], ['pair']]) {
      const { stdout, stderr } = await runCli(command, base);
      seen.push(stdout, stderr);
    }
  });

  it('are nowhere to be read: not in answers, logs, histories, nor in any byte of what is stored', async () => {
    const { stack, telegram } = scene;
    const home = await readdir(stack.home, { recursive: true, withFileTypes: true });
    const stored = await Promise.all(
      home
        .filter((file) => file.isFile() && !file.parentPath.includes('cache'))
        .map((file) => readFile(path.join(file.parentPath, file.name), 'latin1')),
    );
    const processes = [...stack.gateways, ...stack.workers, ...killed, stack.temporal].map(({ written }) =>
      written.join(''),
    );
    const shown = [
      telegram.messages(9101, 'bot').map(({ text }) => text),
      rigs.map((rig) => rig.shown(1)),
      rigs.map((rig) => rig.shown(2)),
    ].flat(2);
    const all = [...seen, ...stored, ...processes, ...shown];
    // It is the right haystack.
    expect(all.join('\n')).toContain('hello again');
    expect(stored.join('\n')).toContain('hello again');
    const leaks = [...secrets].filter((secret) => all.some((text) => text.includes(secret)));
    expect(leaks.map((secret) => `${secret}: ${around(secret, all)}`)).toEqual([]);
  });
});

/** Short ones, such as an agent's number, are no secrets, and stand in many places. */
function isLong(value: string): boolean {
  return value.length >= 10 && !value.startsWith('http');
}

function around(secret: string, texts: readonly string[]): string | undefined {
  const text = texts.find((one) => one.includes(secret)) ?? '';
  const at = text.indexOf(secret);
  return text.slice(Math.max(0, at - 200), at + 100);
}
