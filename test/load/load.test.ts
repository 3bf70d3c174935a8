import { expect, inject, it } from 'vitest';
import { runLoad } from './run-load.ts';

/** `npm run load` is longer, and faster; here other tests use the machine too. */
it('under a storm of valid, repeated and hostile webhooks, each message that was acknowledged is answered once', async () => {
  const tools = {
    temporal: inject('temporal'),
    workflowBundle: inject('workflowBundle'),
    scratch: inject('scratch'),
  };
  const report = await runLoad(tools, { seconds: 10, perSecond: 60, settleMs: 120_000, say: () => {} });
  expect(report.violations).toEqual([]);
  expect(report.acknowledged).toBeGreaterThan(200);
  for (const kind of ['repeated', 'forged', 'broken', 'bare', 'unknown', 'large', 'slow'])
    expect(
      Object.values(report.answers[kind] ?? {}).reduce((sum, one) => sum + one, 0),
      kind,
    ).toBeGreaterThan(5);
}, 240_000);
