import { mkdtemp } from 'node:fs/promises';
import path from 'node:path';
import { expect, inject, onTestFinished, test } from 'vitest';
import type { ReplyEntry } from '../../contract/transcript.ts';
import { PROJECT } from '../support/build.ts';
import { Child } from '../support/child.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { runCli } from '../support/run-cli.ts';
import { startTemporal } from '../support/temporal-server.ts';

interface Started {
  process: Child;
  /** Says it in the web chat, and returns the answer. */
  ask(text: string): Promise<string | undefined>;
}

/** `npm start` on a data folder, as a person runs it. Resolves when it is ready. */
async function start(env: Record<string, string>): Promise<Started> {
  const port = await freePort();
  const child = new Child(process.execPath, [path.join(PROJECT, 'cli', 'holdfast.ts'), 'start'], {
    PATH: process.env.PATH,
    PORT: String(port),
    HOLDFAST_TEMPORAL_UI_PORT: String(await freePort()),
    HOLDFAST_TEMPORAL_PORT: String(await freePort()),
    TEMPORAL_CLI: inject('temporal'),
    ...env,
  });
  onTestFinished(() => child.kill('SIGTERM'));
  await eventually(
    () => {
      if (child.ended) throw new Error(child.output);
      return child.output.includes('holdfast is running');
    },
    { ms: 40_000, what: 'holdfast is running' },
  );
  return {
    process: child,
    async ask(text) {
      const response = await fetch(`http://127.0.0.1:${port}/v1/conversations/me/messages?wait=30`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ text }),
      });
      return ((await response.json()) as { reply?: ReplyEntry }).reply?.text;
    },
  };
}

const folder = () => mkdtemp(path.join(inject('scratch'), 'start-'));

test('npm start has work whatever version an earlier start had, ended or killed', async () => {
  const home = await folder();
  const versions = [undefined, '1', '2', undefined, '1'];
  for (const [index, version] of versions.entries()) {
    const started = await start({
      HOLDFAST_HOME: home,
      ...(version === undefined ? {} : { HOLDFAST_VERSION: version }),
    });
    expect(await started.ask(`call calculator {"expression": "${index} + 40"}`)).toContain(
      String(index + 40),
    );
    const words = `Version ${version ?? 'unversioned'} is current now`;
    if (index > 0)
      await eventually(() => started.process.output.includes(words), { what: `it says: ${words}` });
    await started.process.kill(index % 2 === 0 ? 'SIGTERM' : 'SIGKILL');
  }
}, 200_000);

test('at a server of others, npm start leaves the work to the version that has workers, and says so', async () => {
  const server = await startTemporal();
  onTestFinished(() => server.stop());
  const TEMPORAL_ADDRESS = server.address;
  const first = await start({ HOLDFAST_HOME: await folder(), HOLDFAST_VERSION: '1', TEMPORAL_ADDRESS });
  // Nobody was there for the work, so it took it.
  expect(await first.ask('hello')).toBeDefined();

  const second = await start({ HOLDFAST_HOME: await folder(), TEMPORAL_ADDRESS });
  for (const words of [
    'Workers of version 1 get the work of this Temporal server',
    'npm run holdfast -- version promote unversioned',
    'this worker gets no work until its version is promoted',
  ])
    await eventually(() => second.process.output.includes(words), { what: `it says: ${words}` });
  const list = await runCli(['version', '--json'], { TEMPORAL_ADDRESS });
  expect(JSON.parse(list.stdout)).toMatchObject([
    { version: '1', state: 'current', workers: 1 },
    { version: 'unversioned', workers: 1 },
  ]);

  await runCli(['version', 'promote', 'unversioned'], { TEMPORAL_ADDRESS });
  await first.process.kill('SIGTERM');
  expect(await second.ask('hello')).toBeDefined();
}, 120_000);
