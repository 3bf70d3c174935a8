import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { watchConfig } from '../../cli/watch-config.ts';
import { temporaryFolder, until } from './processes.ts';

/** Longer than the poll and the quiet time. */
const A_WHILE_MS = 900;

test('a config file that appears, changes in two steps or goes is loaded again, once each time', async () => {
  const file = path.join(temporaryFolder(), 'holdfast.config.ts');
  let loads = 0;
  onTestFinished(watchConfig(file, async () => void loads++));
  await sleep(A_WHILE_MS);
  expect(loads, 'that it is not there is no change').toBe(0);

  writeFileSync(file, 'one');
  await until(() => loads === 1);
  writeFileSync(file, '');
  writeFileSync(file, 'two');
  await until(() => loads === 2);
  rmSync(file);
  await until(() => loads === 3);
  await sleep(A_WHILE_MS);
  expect(loads).toBe(3);
});
