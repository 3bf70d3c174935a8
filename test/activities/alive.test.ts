import { setTimeout as sleep } from 'node:timers/promises';
import { ActivityCancelledError, ActivityNotFoundError, type Client } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { type Alive, MOST_LOSSES, whileAlive } from '../../activities/alive.ts';

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

/** Does it in an attempt that was scheduled so many ms ago, and counts how often it asks Temporal, which answers this. */
async function inAttempt<T>(
  ageMs: number,
  answer: () => Promise<void>,
  work: (alive: Alive) => Promise<T>,
): Promise<{ outcome: T; asked: number }> {
  let asked = 0;
  const heartbeat = async () => {
    asked += 1;
    await answer();
  };
  const client = {
    withDeadline: (_: number, ask: () => unknown) => ask(),
    activity: { heartbeat },
    withAbortSignal: (_: unknown, ask: () => unknown) => ask(),
  };
  const env = new MockActivityEnvironment(
    { currentAttemptScheduledTimestampMs: Date.now() - ageMs },
    { client: client as unknown as Client, logger: new DefaultLogger('ERROR', () => {}) },
  );
  return { outcome: (await env.run(() => whileAlive(work))) as T, asked };
}

const fails = (error: Error) => async () => {
  throw error;
};
const answers = async () => {};

describe('an attempt that is about to send something', () => {
  async function send(ageMs: number, answer: () => Promise<void>) {
    const work = ({ confirm, suspended }: Alive) =>
      confirm().then(
        () => 'sent',
        () => (suspended.aborted ? 'given up' : 'not sent'),
      );
    return inAttempt(ageMs, answer, work);
  }

  it('asks nobody when it has just begun', async () => {
    expect(await send(0, fails(new Error('not asked')))).toEqual({ outcome: 'sent', asked: 0 });
  });

  it('asks Temporal when its heartbeats may have been missed', async () => {
    expect(await send(2_000, answers)).toEqual({ outcome: 'sent', asked: 1 });
    const givenUp = fails(new ActivityNotFoundError('another attempt has begun'));
    expect(await send(2_000, givenUp)).toEqual({ outcome: 'given up', asked: 1 });
    const away = fails(new Error('Temporal is away'));
    expect(await send(2_000, away)).toEqual({ outcome: 'not sent', asked: 1 });
    const stopped = fails(new ActivityCancelledError('the turn was stopped'));
    expect(await send(2_000, stopped)).toEqual({ outcome: 'sent', asked: 1 });
  });
});

describe('an attempt with a lease', () => {
  const hold = async ({ lease, signal }: Alive) => {
    await lease();
    return sleep(4_500, 'acted', { signal }).catch(() => 'aborted');
  };

  it('goes on while Temporal hears of it, also of one that is being stopped', async () => {
    const held = await inAttempt(0, answers, hold);
    expect(held.outcome).toBe('acted');
    expect(held.asked).toBeGreaterThan(2);
    const stopped = fails(new ActivityCancelledError('the turn was stopped'));
    expect((await inAttempt(0, stopped, hold)).outcome).toBe('acted');
  });

  it('is aborted when Temporal does not, or has given it up', async () => {
    expect((await inAttempt(0, fails(new Error('away')), hold)).outcome).toBe('aborted');
    expect((await inAttempt(0, fails(new ActivityNotFoundError('over')), hold)).outcome).toBe('aborted');
  });

  it('does not even begin when it may have been given up', async () => {
    const away = inAttempt(2_000, fails(new Error('away')), hold);
    await expect(away).rejects.toThrow('away');
  });
});

describe('an activity that is tried for ever', () => {
  const attempt = async (
    number: number,
    heartbeatDetails: object | undefined,
    work: () => Promise<string>,
  ) => {
    const beats: unknown[] = [];
    const env = new MockActivityEnvironment(
      { attempt: number, heartbeatDetails },
      { logger: new DefaultLogger('ERROR', () => {}) },
    );
    env.on('heartbeat', (details: unknown) => beats.push(details));
    const result = await env
      .run(() => whileAlive(work, MOST_LOSSES))
      .then(
        (value: unknown) => value,
        (error: Error & { type?: string }) => error.type ?? error.message,
      );
    return { result, last: beats.at(-1) };
  };

  it('ends for good when it has lost its worker too often in a row', async () => {
    const work = async () => 'done';
    expect((await attempt(MOST_LOSSES, undefined, work)).result).toBe('done');
    expect((await attempt(MOST_LOSSES + 1, undefined, work)).result).toBe('WorkerLost');
  });

  it('does not count attempts that ended by themselves, and keeps their details', async () => {
    const away = async () => Promise.reject(new Error('away'));
    const { last } = await attempt(100, { sending: false, ended: 99 }, away);
    expect(last).toEqual({ sending: false, ended: 100 });
    expect((await attempt(100 + MOST_LOSSES, { ended: 100 }, away)).result).toBe('away');
    expect((await attempt(101 + MOST_LOSSES, { ended: 100 }, away)).result).toBe('WorkerLost');
  });
});
