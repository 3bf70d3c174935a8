import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryFolder } from './processes.ts';

const CLI = fileURLToPath(new URL('../../cli/holdfast.ts', import.meta.url));

function holdfast(args: string[], env: Record<string, string> = {}, cwd = temporaryFolder()) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], {
    cwd,
    env: { PATH: process.env.PATH, ...env },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

test('help says what there is', () => {
  const { status, stdout } = holdfast(['help']);
  expect(status).toBe(0);
  for (const command of [
    'start',
    'cluster',
    'gateway',
    'worker',
    'listen discord',
    'codec-server',
    'schedules remove',
    'config check',
    'version promote',
    'webhook set',
  ])
    expect(stdout).toContain(`holdfast ${command}`);
  expect(holdfast([]).stdout).toBe(stdout);
  expect(holdfast(['schedules', 'remove', '--help']).stdout).toMatch(
    /^Usage: holdfast schedules remove .*<id>$/m,
  );
  expect(holdfast(['conversations', 'list', '--help']).stdout).toContain('--status');
});

test.each([
  [['strat'], 'Did you mean start?'],
  [['conversations', 'lst'], 'Did you mean list?'],
  [['doctor', '--fxi'], 'Did you mean --fix?'],
  [['conversations', 'list', '--status', 'busy'], 'awaiting-approval'],
  [['conversations', 'fork', 'x', '--at', 'end'], 'whole number'],
])('an error says what may be meant: %j', (args, hint) => {
  const { status, stderr } = holdfast(args);
  expect(status).toBe(1);
  expect(stderr).toContain(hint);
});

test.each([
  [['fly']],
  [['start', 'now']],
  [['webhook', 'set', 'telegram']],
  [['config']],
  [['schedules', 'remove']],
  [['schedules', 'fly']],
  [['version', 'promote']],
  [['--fly']],
])('an unknown command is an error: %j', (args) => {
  const { status, stdout, stderr } = holdfast(args);
  expect(status).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toContain(args.at(-1));
  expect(stderr).not.toContain('    at ');
});

test('config check reads the environment and the config file', () => {
  const folder = temporaryFolder();
  expect(holdfast(['config', 'check'], {}, folder)).toMatchObject({
    status: 0,
    stdout: 'OK: model demo, platforms web\n',
  });
  writeFileSync(
    path.join(folder, 'holdfast.config.ts'),
    'console.log("mine"); setInterval(() => {}, 1000); export default { agent: { model: "openai/x" } };',
  );
  expect(holdfast(['config', 'check', '--json'], { OPENAI_API_KEY: 'k' }, folder)).toMatchObject({
    status: 0,
    stdout: 'mine\n{"model":"openai/x","platforms":["web"]}\n',
  });
});

test.each([
  [{ PORT: 'many' }, 'PORT'],
  [{ HOLDFAST_MODEL: 'openai/x' }, 'OPENAI_API_KEY'],
  [{ HOLDFAST_CONFIG: 'missing.config.ts' }, 'missing.config.ts'],
  [{ TELEGRAM_BOT_TOKEN: 'nonsense', TELEGRAM_WEBHOOK_SECRET: 's' }, 'TELEGRAM_BOT_TOKEN'],
  [{ HTTP_WEBHOOK_SECRET: 'my secret!' }, 'HTTP_WEBHOOK_SECRET'],
  [{ HOLDFAST_VERSION: 'the newest' }, 'HOLDFAST_VERSION'],
  [{ HOLDFAST_VERSION: 'unversioned' }, 'HOLDFAST_VERSION'],
  [{ HOLDFAST_ENCRYPTION_KEYS: 'only-a-key' }, 'HOLDFAST_ENCRYPTION_KEYS'],
])('a wrong config exits with 78 and names the field: %j', (env, field) => {
  const { status, stderr } = holdfast(['config', 'check'], env);
  expect(status).toBe(78);
  expect(stderr).toContain(field);
  expect(stderr).not.toContain('    at ');
});

test('webhook set says what is missing', () => {
  const set = (...args: string[]) => holdfast(['webhook', 'set', ...args]).stderr;
  expect(set('slack', 'https://a.example')).toContain('/webhooks/slack');
  expect(set('telegram', 'http://a.example')).toContain('https');
  expect(set('telegram', 'https://a.example')).toContain('TELEGRAM_BOT_TOKEN');
  expect(set('discord', 'https://a.example')).toContain('DISCORD_APPLICATION_ID');
  expect(set('discord', 'none')).toContain('DISCORD_APPLICATION_ID');
  expect(set('telegram', 'none')).toContain('https');
});

test('schedules says where Temporal was looked for', () => {
  const { status, stdout, stderr } = holdfast(['schedules'], { TEMPORAL_ADDRESS: '127.0.0.1:9' });
  expect(status).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^No Temporal server answers at .*TEMPORAL_ADDRESS/);
  expect(stderr).not.toContain('    at ');
});

test('a codec server without keys says that there is nothing to decrypt', () => {
  const { status, stderr } = holdfast(['codec-server']);
  expect(status).toBe(78);
  expect(stderr).toMatch(/^HOLDFAST_ENCRYPTION_KEYS: is not set/);
});

test.each(['worker', 'gateway'])('a %s whose metrics port is taken says so', async (process) => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const env = { HOLDFAST_METRICS_PORT: String(port), HOST: 'localhost', TEMPORAL_ADDRESS: '127.0.0.1:9' };
  const { status, stderr } = holdfast([process], env);
  taken.close();
  expect(status).toBe(78);
  expect(stderr).toContain(`HOLDFAST_METRICS_PORT: ${port}`);
  expect(stderr).not.toContain('    at ');
});
