import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, inject, it } from 'vitest';
import { isGone } from '../../../workers/succession/sign-of-life.ts';
import { Child } from '../../support/child.ts';
import { eventually } from '../../support/eventually.ts';

it('a process is gone once it was killed: not while it is stopped, not where nobody knows', async () => {
  const file = path.join(inject('scratch'), `${crypto.randomUUID()}.life`);
  const script = `
    const { showLife } = await import('./workers/succession/sign-of-life.ts');
    await showLife(process.argv[1]);
    // What it starts and leaves behind is not it.
    (await import('node:child_process')).spawn('sleep', ['3'], { detached: true, stdio: 'ignore' });
    setInterval(() => {}, 1_000);
    console.log('lives');`;
  expect(await isGone(file)).toBe(false);
  const child = new Child(process.execPath, ['--input-type=module', '-e', script, file], {
    PATH: process.env.PATH,
  });
  try {
    await eventually(() => child.output.includes('lives'), { what: `it lives; ${child.output}` });
    expect(await isGone(file)).toBe(false);
    child.signal('SIGSTOP');
    await sleep(100);
    expect(await isGone(file)).toBe(false);
    await child.kill();
    expect(await isGone(file)).toBe(true);
  } finally {
    await child.kill();
  }
});
