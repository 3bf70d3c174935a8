import { mkdtemp, readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, inject, onTestFinished, test } from 'vitest';
import { Child } from '../support/child.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';

const HOLDFAST = fileURLToPath(new URL('../../cli/holdfast.ts', import.meta.url));

test('the code is compiled for the next start although no process has ended cleanly', async () => {
  const home = await mkdtemp(path.join(inject('scratch'), 'compile-'));
  const port = await freePort();
  const start = new Child(process.execPath, [HOLDFAST, 'start'], {
    PATH: process.env.PATH,
    TEMPORAL_CLI: inject('temporal'),
    HOLDFAST_HOME: home,
    PORT: String(port),
    HOLDFAST_TEMPORAL_PORT: '0',
    HOLDFAST_TEMPORAL_UI_PORT: '0',
  });
  onTestFinished(() => start.kill('SIGTERM'));
  await eventually(async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok, {
    what: () => `it is ready: ${start.output}`,
  });
  const compiled = path.join(home, 'cache', 'compiled');
  const entries = await readdir(compiled, { recursive: true, withFileTypes: true });
  expect(entries.filter((entry) => entry.isFile()).length).toBeGreaterThan(100);
});
