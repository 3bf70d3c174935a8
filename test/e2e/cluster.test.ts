import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { findCluster } from '../../cli/cluster/find-cluster.ts';
import { choosePorts } from '../../cli/cluster/ports.ts';
import { createTerminal } from '../../cli/terminal.ts';
import { WORK } from '../../contract/queues.ts';
import { isAlive, isRunning, startHoldfast, temporaryFolder, until } from '../cli/processes.ts';
import { PROJECT } from '../support/build.ts';
import { eventually } from '../support/eventually.ts';
import { missingOfCluster } from '../support/missing-of-cluster.ts';
import { plan } from '../support/plan.ts';
import { type Scene, startScene } from '../support/scene.ts';

/** As many that each history host has some of them, whichever it is. */
const CHATS = Array.from({ length: 8 }, (_, index) => 6001 + index);
const BUILD_MS = 15 * 60_000;
const ANSWER_MS = 90_000;
/** A `once` tool whose worker could not say in time that it lives is told so. */
const UNKNOWN = /\n\n⚠️ The outcome of .*$/s;

const missing = await missingOfCluster(inject('scratch'));

/** Temporal's production server: two history hosts, a frontend, a matching host and an internal worker on PostgreSQL, and we on it. */
describe.skipIf(missing)(`a cluster${missing ? ` (${missing})` : ''}`, { timeout: 240_000 }, () => {
  let scene: Scene;
  const said: string[] = [];
  const deliveries: Promise<void>[] = [];

  beforeAll(async () => {
    const options = {
      env: process.env,
      terminal: createTerminal(process.stderr),
      stop: new AbortController().signal,
    };
    const cluster = await findCluster(path.join(inject('scratch'), 'cluster'), options);
    scene = await startScene({ cluster, env: { WHILE_BUSY: 'queue' } });
  }, BUILD_MS);
  afterAll(() => scene?.stop());

  /** Each chat is in the middle of a tool, and another message waits there. */
  async function allInWork(name: string): Promise<void> {
    const { telegram, ledger } = scene;
    const before = ledger.of('set_value', 'begin').length;
    for (const text of [name, `${name}, and then`]) {
      said.push(text);
      for (const chat of CHATS) {
        const steps: [string, object][][] = [[['pay', {}]], [['set_value', { holdMs: 1_000 }]]];
        deliveries.push(telegram.say(chat, plan({ steps, say: text })).delivered);
      }
    }
    await ledger.begun('set_value', before + CHATS.length);
  }

  /** All that was said so far is answered once and in order, and no tool with side effects ran twice. */
  async function allAnswered(): Promise<void> {
    const { stack, telegram, ledger } = scene;
    const turns = said.length;
    for (const chat of CHATS) await stack.replies(`telegram/${chat}`, turns, ANSWER_MS);
    await Promise.all(deliveries);
    const expected = said.map((text, index) => `${text} [heard ${index + 1}]`);
    for (const chat of CHATS) {
      const texts = telegram.messages(chat, 'bot').map(({ text }) => text.replace(UNKNOWN, ''));
      expect(texts).toEqual(expected);
    }
    expect(ledger.of('pay', 'begin')).toHaveLength(CHATS.length * turns);
  }

  it('answers turns', async () => {
    await allInWork('hello');
    await allAnswered();
  });

  it.each([['history-1'], ['history-2']])(
    'goes on when %s is killed mid-turn and stays away: the other one takes its conversations over',
    async (host) => {
      const { stack } = scene;
      await allInWork(`without ${host}`);
      await stack.part(host).kill();
      await allAnswered();
      await stack.startPart(host);
    },
  );

  it('goes on when both history hosts are killed mid-turn and are soon back', async () => {
    const { stack } = scene;
    const hosts = ['history-1', 'history-2'];
    await allInWork('hosts');
    await Promise.all(hosts.map((host) => stack.part(host).kill()));
    await Promise.all(hosts.map((host) => stack.startPart(host)));
    await allAnswered();
  });

  it('goes on when PostgreSQL is killed mid-turn', async () => {
    const { stack } = scene;
    await allInWork('database');
    await stack.part('postgresql').kill();
    await stack.startPart('postgresql');
    await allAnswered();
  });

  it('goes on when all of it is killed mid-turn', async () => {
    const { stack } = scene;
    await allInWork('everything');
    await stack.killAll();
    await stack.startAll();
    await allAnswered();
  });

  it('leaves histories that replay', async () => {
    expect(await scene.stack.replayAll()).toBe(CHATS.length);
  });
});

const COMMAND: [string, ...string[]] = [path.join(PROJECT, 'cli', 'holdfast.ts'), 'cluster'];
const SERVICES = ['frontend', 'history-1', 'history-2', 'matching', 'internal-worker'];
const CHILDREN = [
  'postgresql',
  ...SERVICES,
  'gateway-1',
  'gateway-2',
  ...WORK.map((work) => `worker-${work}`),
];
const START_MS = 90_000;

describe.skipIf(missing)('holdfast cluster', { timeout: 240_000 }, () => {
  /** Runs the command until all is there, with the gateways' base URLs. */
  async function startCluster(folder: string, port: number) {
    const temporal = { HOLDFAST_TEMPORAL_PORT: String(port) };
    const env = { HOME: homedir(), HOLDFAST_HOME: folder, ...temporal, ...cacheOf(process.env) };
    const started = startHoldfast(folder, env, { command: COMMAND, home: path.join(folder, 'cluster') });
    await until(() => isRunning(started), START_MS);
    const [, first = '', second = ''] = /Web chat +(\S+), (\S+)/.exec(started.output()) ?? [];
    return { ...started, urls: [first, second] as const };
  }

  async function ask(url: string, text: string): Promise<number> {
    const response = await fetch(`${url}/v1/conversations/ann/messages?wait=60`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text }),
    });
    expect(response.status).toBe(200);
    return ((await response.json()) as { reply: { turn: number } }).reply.turn;
  }

  it('runs all, starts what is killed again, is there only once, and goes on after Ctrl-C and SIGKILL', async () => {
    const folder = temporaryFolder();
    // With other ports than before, the services would first wait for those that were at the old ones.
    const port = (await choosePorts(0)).services.frontend.grpc;
    const first = await startCluster(folder, port);
    expect(first.output()).toMatch(/Temporal +127\.0\.0\.1:\d+\n/);
    expect(first.output()).toMatch(/PostgreSQL +127\.0\.0\.1:\d+\n/);
    expect(await ask(first.urls[0], 'one')).toBe(1);
    for (const name of CHILDREN) {
      const before = first.pid(name);
      expect(isAlive(before), name).toBe(true);
      process.kill(before as number, 'SIGKILL');
      await until(() => first.pid(name) !== before && isAlive(first.pid(name)), 5_000);
    }
    const two = await eventually(() => ask(first.urls[1], 'two'), { ms: 60_000 });
    expect(two).toBeGreaterThan(1);

    const other = startHoldfast(folder, { HOLDFAST_HOME: folder }, { command: COMMAND });
    expect(await other.exit()).toBe(1);
    expect(other.output()).toContain(`already runs on ${first.home} (pid ${first.process.pid})`);

    const pids = CHILDREN.map(first.pid);
    process.kill(-(first.process.pid as number), 'SIGINT');
    expect(await first.exit()).toBe(0);
    expect(pids.filter(isAlive)).toEqual([]);
    // Neither pids nor notes for a successor.
    const left = readdirSync(path.join(first.home, 'run'), { recursive: true });
    expect(left).toEqual(['attempts']);

    const second = await startCluster(folder, port);
    const three = await ask(second.urls[0], 'three');
    expect(three).toBeGreaterThan(two);
    const remaining = CHILDREN.map(second.pid);
    second.process.kill('SIGKILL');
    await second.exit();
    const third = await startCluster(folder, port);
    expect(remaining.filter(isAlive)).toEqual([]);
    expect(await ask(third.urls[0], 'four')).toBe(three + 1);
    third.process.kill('SIGTERM');
    expect(await third.exit()).toBe(0);
  });
});

/** Where the server was built. */
function cacheOf({ XDG_CACHE_HOME }: NodeJS.ProcessEnv): Record<string, string> {
  return XDG_CACHE_HOME ? { XDG_CACHE_HOME } : {};
}
