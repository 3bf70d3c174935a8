import proto from '@temporalio/proto';
import { Worker } from '@temporalio/worker';
import { describe, expect, inject, it } from 'vitest';
import { quietRuntime } from '../support/quiet-runtime.ts';
import { currentRelease, readRecorded, recordedIn, releases } from './shelf.ts';

quietRuntime();

const recorded = await releases();

it('the histories of this version are recorded', async () => {
  expect(
    recorded,
    'package.json has a version whose histories are not recorded: npm run record:histories (CONTRIBUTING.md)',
  ).toContain(await currentRelease());
});

/** What conversations of a release have done must be what the workflows of today would do. */
describe.each(recorded)('the recorded histories of %s', async (release) => {
  const names = await recordedIn(release);

  it('are there', () => {
    expect(names.length, `test/histories/${release} has no histories`).toBeGreaterThan(20);
  });

  it.each(names)('%s replays', async (name) => {
    const recording = await readRecorded(release, name);
    const { workflowId } = recording;
    const history = proto.temporal.api.history.v1.History.fromObject(recording.history);
    const [result] = await Array.fromAsync(
      Worker.runReplayHistories({ workflowBundle: { codePath: inject('workflowBundle') } }, [
        { workflowId, history },
      ]),
    );
    expect(
      result?.error?.message,
      `The workflows no longer do what they did in ${release}, so conversations of it would be stuck. Guard the change with patched() (docs/upgrading.md).`,
    ).toBeUndefined();
    expect(result?.workflowId).toBe(workflowId);
  });

  it('name no machine, process or folder', async () => {
    for (const name of names) {
      const text = JSON.stringify(await readRecorded(release, name), (_, value) =>
        typeof value === 'string' ? `${value} ${Buffer.from(value, 'base64').toString()}` : value,
      );
      expect(
        /\b(?!1@host)\d+@[\w.-]+|\/(?:home|root|Users|tmp|work|var)\/(?!somebody)[\w./-]+/.exec(text),
        name,
      ).toBeNull();
    }
  });
});
