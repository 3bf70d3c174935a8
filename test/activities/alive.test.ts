import { setTimeout as sleep } from 'node:timers/promises';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { whileAlive } from '../../activities/alive.ts';

/** Nothing of this process runs for so long, as when the machine sleeps. */
function suspend(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** Without the SDK's word on an attempt that failed on purpose. */
const environment = () => new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR', () => {}) });

describe('an attempt whose process was suspended', () => {
  it('is aborted before it acts again: another attempt has begun', async () => {
    let acted = false;
    const attempt = environment().run(() =>
      whileAlive(async ({ signal }) => {
        const act = async () => {
          await sleep(2_500, undefined, { signal });
          acted = true;
        };
        const action = act();
        suspend(4_000);
        await action;
      }),
    );
    await expect(attempt).rejects.toThrow('aborted');
    expect(acted).toBe(false);
  });

  it('goes on when it was only busy for a moment', async () => {
    const attempt = environment().run(() =>
      whileAlive(async ({ signal }) => {
        suspend(1_500);
        await sleep(1_200, undefined, { signal });
        return signal.aborted;
      }),
    );
    expect(await attempt).toBe(false);
  });
});
