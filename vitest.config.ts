import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/global-setup.ts'],
    // Worker threads do not suit the native core of Temporal's SDK; and the processes that tests start need the cores.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    // Most hooks start processes, each with the patience of `STARTS_WITHIN_MS`.
    hookTimeout: 240_000,
  },
});
