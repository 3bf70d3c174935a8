import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Log } from '../../config/log.ts';
import { Watch } from '../../doctor/watch.ts';

/** Time passes when somebody sleeps. */
const clock = vi.hoisted(() => ({ now: 0 }));
vi.mock('node:timers/promises', () => ({
  setTimeout: async (ms: number) => {
    // What is answered at once is faster.
    await new Promise(setImmediate);
    clock.now += ms;
  },
}));

const asked = { pollers: 0, looks: 0, query: '' };
const temporal = { pollers: [{}], namesThem: false, lookMs: 0 };
const client = {
  options: { namespace: 'default' },
  workflowService: {
    async describeTaskQueue() {
      asked.pollers += 1;
      return { pollers: temporal.pollers };
    },
    async describeNamespace() {
      return {
        namespaceInfo: { capabilities: { reportedProblemsSearchAttribute: temporal.namesThem } },
      };
    },
  },
  workflow: {
    async *list({ query }: { query: string }) {
      asked.looks += 1;
      asked.query = query;
      clock.now += temporal.lookMs;
      yield* [];
    },
  },
} as unknown as Client;

function createWatch(): Watch {
  const ignore = () => {};
  return new Watch({
    client,
    trial: () => Promise.reject(new Error('there is nothing to try out')),
    log: { debug: ignore, warn: ignore, error: ignore } as unknown as Log,
    meters: { scanned: ignore, gaveUp: ignore, leftAlone: ignore },
  });
}

/** What a healthy system is asked. */
describe('the watch of a worker', () => {
  beforeAll(() => void vi.spyOn(performance, 'now').mockImplementation(() => clock.now));
  afterAll(() => void vi.restoreAllMocks());
  beforeEach(() => {
    Object.assign(asked, { pollers: 0, looks: 0, query: '' });
    Object.assign(temporal, { pollers: [], namesThem: false, lookMs: 0 });
  });

  /** Looks of so many minutes. */
  async function looksIn(minutes: number, alarmEveryMs = Infinity): Promise<number> {
    const watch = createWatch();
    const end = clock.now + minutes * 60_000;
    let alarmed = clock.now;
    const stop = {
      get aborted() {
        if (clock.now - alarmed >= alarmEveryMs) {
          alarmed = clock.now;
          watch.alarm();
        }
        return clock.now >= end;
      },
    };
    await watch.run(stop as AbortSignal);
    return asked.looks;
  }

  it('asks one thing before the worker polls, unless several workers were lost', async () => {
    temporal.pollers = [{}];
    await createWatch().beforePolling();
    expect(asked).toMatchObject({ pollers: 1, looks: 0 });
    temporal.pollers = [{}, {}];
    await createWatch().beforePolling();
    expect(asked).toMatchObject({ pollers: 2, looks: 1 });
  });

  it('looks once a minute, and each ten seconds while workflow tasks fail', async () => {
    expect(await looksIn(10)).toBe(10);
    asked.looks = 0;
    expect(await looksIn(10, 5_000)).toBeGreaterThan(45);
  });

  it('takes a hundredth of the time where there is much to look at', async () => {
    temporal.lookMs = 3_000;
    expect(await looksIn(60)).toBe(12);
  });

  it('asks about idle conversations only while something fails', async () => {
    await looksIn(1);
    expect(asked.query).toMatch(/ AND HoldfastStatus != 'idle'$/);
    await looksIn(1, 5_000);
    expect(asked.query).not.toContain('HoldfastStatus');
  });

  it('asks about none where the server names what fails', async () => {
    temporal.namesThem = true;
    for (const alarmEveryMs of [Infinity, 5_000]) {
      await looksIn(1, alarmEveryMs);
      expect(asked.query).toMatch(
        / AND \(TemporalReportedProblems IN \('category=WorkflowTaskFailed'.* OR HoldfastStatus != 'idle'\)$/,
      );
    }
  });
});
