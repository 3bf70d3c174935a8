import { describe, expect, it } from 'vitest';
import { wait } from '../../tools/wait.ts';
import { toolContext } from './context.ts';

describe('wait', () => {
  it('waits as long as it is told, and says how it goes', async () => {
    const words: string[] = [];
    const start = performance.now();
    expect(await wait.run({ seconds: 1.2 }, toolContext({ progress: (text) => words.push(text) }))).toBe(
      'Waited 1.2 seconds.',
    );
    expect(performance.now() - start).toBeGreaterThanOrEqual(1190);
    expect(words.slice(0, 2)).toEqual(['0 of 1.2 s', '1 of 1.2 s']);
  });

  it('stops at once when it is aborted', async () => {
    const controller = new AbortController();
    const start = performance.now();
    const running = Promise.resolve(wait.run({ seconds: 60 }, toolContext({ signal: controller.signal })));
    controller.abort();
    await expect(running).rejects.toThrow(/abort/i);
    expect(performance.now() - start).toBeLessThan(5000);
  });

  it.each([-1, 3601, '5', Number.NaN])('takes no %s', (seconds) => {
    expect(wait.input.safeParse({ seconds }).success).toBe(false);
  });
});
