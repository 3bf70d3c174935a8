import { once } from 'node:events';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { FakeDiscord } from '../fakes/discord/discord.ts';
import { isAlive, isRunning, startHoldfast, temporaryFolder, until } from './processes.ts';

const CHILDREN = ['temporal', 'gateway', 'worker'];

test('runs all, restarts what is killed, and Ctrl-C ends all', async () => {
  const folder = temporaryFolder();
  const started = startHoldfast(folder);
  await until(() => isRunning(started));
  expect(started.output()).toMatch(
    /Web chat +http:\/\/127\.0\.0\.1:\d+\n +Temporal UI +http:\/\/127\.0\.0\.1:\d+\n +Operate +http:\/\/127\.0\.0\.1:\d+\/operate\n/,
  );
  expect(started.output()).toMatch(/Model +demo/);
  expect(started.output()).toMatch(/Platforms +web\n/);
  expect(started.pid('start')).toBe(started.process.pid);

  for (const name of CHILDREN) {
    const before = started.pid(name);
    expect(isAlive(before), name).toBe(true);
    process.kill(before as number, 'SIGKILL');
    const after = await until(() => started.pid(name) !== before && started.pid(name), 1000);
    expect(isAlive(after), name).toBe(true);
  }
  expect(started.output()).toMatch(/worker +ended \(SIGKILL\), starts again at once/);

  const url = /Web chat +(\S+)/.exec(started.output())?.[1];
  await vi.waitFor(async () => expect((await fetch(`${url}/readyz`)).ok).toBe(true), 10_000);
  await until(() => started.output().match(/worker up/g)?.length === 2);
  const pids = CHILDREN.map(started.pid);
  const group = -(started.process.pid as number);
  process.kill(group, 'SIGINT');
  // npm passes on what the terminal has sent already.
  process.kill(group, 'SIGINT');
  expect(await started.exit()).toBe(0);
  expect(started.output()).toContain('worker stopped, before Temporal');
  expect(started.output()).not.toContain('No workflows registered');
  expect(started.output()).not.toContain('worker got Ctrl-C');
  expect(pids.filter(isAlive)).toEqual([]);
  expect(readdirSync(path.join(started.home, 'run'))).toEqual([]);
  expect(existsSync(path.join(started.home, 'temporal.db'))).toBe(true);
});

test('a Temporal server that runs and does not answer is started again', async () => {
  const started = startHoldfast(temporaryFolder());
  await until(() => isRunning(started));
  const stopped = started.pid('temporal');
  process.kill(stopped as number, 'SIGSTOP');
  await until(() => started.pid('temporal') !== stopped && started.pid('temporal'), 150_000);
  expect(started.output()).toContain('The Temporal server does not answer any more: it is started again.');
  const url = /Web chat +(\S+)/.exec(started.output())?.[1];
  await vi.waitFor(async () => expect((await fetch(`${url}/readyz`)).ok).toBe(true), 30_000);
  started.process.kill('SIGTERM');
  expect(await started.exit()).toBe(0);
}, 240_000);

test('tells its children where everything is, with one key for all starts', async () => {
  const folder = temporaryFolder();
  const environment = async () => {
    const started = startHoldfast(folder, {
      TEMPORAL_API_KEY: 'of-another-server',
      TEMPORAL_NAMESPACE: 'mine',
      TELEGRAM_BOT_TOKEN: '1:x',
      TELEGRAM_WEBHOOK_SECRET: 'secret',
    });
    await until(() => isRunning(started));
    expect(started.output()).toMatch(/Platforms +web, telegram\n/);
    const url = /Web chat +(\S+)/.exec(started.output())?.[1];
    const env = (await (await fetch(`${url}/env`)).json()) as Record<string, string>;
    started.process.kill('SIGTERM');
    expect(await started.exit()).toBe(0);
    expect(env).toMatchObject({
      HOLDFAST_GATEWAY_URL: url,
      HOLDFAST_HOME: started.home,
      TEMPORAL_NAMESPACE: 'mine',
    });
    expect(env.TEMPORAL_ADDRESS).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(env.TEMPORAL_UI_URL).toMatch(/^http:/);
    expect(env.TEMPORAL_API_KEY).toBeUndefined();
    expect(started.output()).not.toContain('secret');
    return env;
  };
  const first = await environment();
  const second = await environment();
  expect(second.HOLDFAST_INTERNAL_KEY).toBe(first.HOLDFAST_INTERNAL_KEY);
  expect(first.HOLDFAST_INTERNAL_KEY).toHaveLength(43);
  expect(statSync(path.join(folder, 'home', 'internal.key')).mode & 0o777).toBe(0o600);
});

test('killed itself, it leaves nothing that the next start does not end', async () => {
  const folder = temporaryFolder();
  const first = startHoldfast(folder);
  await until(() => isRunning(first));
  const pids = CHILDREN.map(first.pid);
  first.process.kill('SIGKILL');
  await first.exit();

  const second = startHoldfast(folder);
  await until(() => isRunning(second));
  expect(second.output()).toContain(`Ended the Temporal server (pid ${pids[0]})`);
  expect(pids.filter(isAlive)).toEqual([]);
  second.process.kill('SIGINT');
  expect(await second.exit()).toBe(0);
});

test('a second start on the same data folder is refused with the pid of the first', async () => {
  const folder = temporaryFolder();
  const first = startHoldfast(folder);
  await until(() => isRunning(first));
  const second = startHoldfast(folder);
  expect(await second.exit()).toBe(1);
  expect(second.output()).toContain(`already runs on ${first.home} (pid ${first.process.pid})`);
  expect(first.pid('start')).toBe(first.process.pid);
  expect(CHILDREN.map(first.pid).every(isAlive)).toBe(true);
});

test.each([
  ['PORT', []],
  ['HOLDFAST_TEMPORAL_PORT', ['TEMPORAL_ADDRESS=127.0.0.1:']],
  ['HOLDFAST_TEMPORAL_UI_PORT', []],
])('a port in use is named with %s, and nothing is started', async (variable, alsoNamed) => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const started = startHoldfast(temporaryFolder(), { [variable]: String(port) });
  expect(await started.exit()).toBe(1);
  other.close();
  for (const words of [`Port ${port} is in use`, `${variable}=${port + 1}`, ...alsoNamed])
    expect(started.output()).toContain(words);
  expect(readdirSync(path.join(started.home, 'run'))).toEqual([]);
});

test('a changed config restarts gateway and worker if it is right, and is told if it is not', async () => {
  const folder = temporaryFolder();
  const file = path.join(folder, 'holdfast.config.ts');
  const started = startHoldfast(folder, { OPENAI_API_KEY: 'sk-secret' });
  await until(() => isRunning(started));
  const before = CHILDREN.map(started.pid);

  writeFileSync(file, 'export default { agent: { modl: "demo" } };');
  await until(() => started.output().includes('The changed config is not used'));
  expect(started.output()).toContain('modl');
  expect(CHILDREN.map(started.pid)).toEqual(before);

  writeFileSync(file, 'export default { agent: { model: "openai/some" } };');
  await until(() => started.output().includes('restarting with model openai/some'));
  const after = await until(() => {
    const pids = CHILDREN.map(started.pid);
    return pids[1] !== before[1] && pids[2] !== before[2] && pids.every(isAlive) && pids;
  });
  expect(after[0]).toBe(before[0]);
  expect(started.output()).not.toContain('ended (');
});

test('a wrong config ends it at once, with the field', async () => {
  const folder = temporaryFolder();
  writeFileSync(
    path.join(folder, 'holdfast.config.ts'),
    'export default { conversation: { whileBusy: "x" } };',
  );
  const started = startHoldfast(folder);
  await started.exit();
  expect(started.output()).toContain('conversation.whileBusy');
  expect(readdirSync(path.join(started.home, 'run'))).toEqual([]);
});

test('supervises the listener of a platform that has one, and leaves it alone for a while when its token is wrong', async () => {
  const discord = await FakeDiscord.start();
  onTestFinished(() => discord.close());
  const started = startHoldfast(temporaryFolder(), discord.env);
  await until(() => existsSync(path.join(started.home, 'listen', 'discord.json')), 60_000);
  const before = started.pid('listen-discord');
  expect(isAlive(before)).toBe(true);
  process.kill(before as number, 'SIGKILL');
  await until(() => discord.gateway.heard.some((word) => word.startsWith('resume')), 60_000);
  expect(isAlive(started.pid('listen-discord'))).toBe(true);

  discord.gateway.drop(4004);
  await until(() => started.output().includes('starts again in 60000 ms'), 60_000);
  expect(started.output()).toContain('DISCORD_BOT_TOKEN is wrong');
  started.process.kill('SIGTERM');
  expect(await started.exit()).toBe(0);
}, 180_000);

test('killed, it leaves no listener behind, not even one that has only begun', async () => {
  const discord = await FakeDiscord.start();
  onTestFinished(() => discord.close());
  for (const isUp of [() => discord.gateway.heard.length > 0, () => true]) {
    const started = startHoldfast(temporaryFolder(), discord.env);
    const pid = await until(() => started.pid('listen-discord'), 60_000);
    await until(isUp, 60_000);
    started.process.kill('SIGKILL');
    await until(() => !isAlive(pid), 20_000);
  }
}, 180_000);
