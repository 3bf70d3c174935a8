import { setTimeout as sleep } from 'node:timers/promises';
import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, it } from 'vitest';
import { z } from 'zod';
import type { ActivityDependencies } from '../../activities/activities.ts';
import { createActivities } from '../../activities/create-activities.ts';
import { defineTool } from '../../tools/define-tool.ts';
import { oneAgent } from './one-agent.ts';

it('no tool can have the name of an activity of holdfast, and so be run in its place', () => {
  const names = Object.keys(
    createActivities({ agents: oneAgent() } as Partial<ActivityDependencies> as ActivityDependencies),
  );
  expect(names.length).toBeGreaterThan(8);
  for (const name of names)
    expect(() =>
      defineTool({ name, description: 'x', input: z.object({}), effect: 'read', run: () => '' }),
    ).toThrow(/used by holdfast itself/);
});

it('an activity that waits for Temporal says that it lives', async () => {
  const query = () => sleep(1_300, []);
  const client = { workflow: { getHandle: () => ({ query }) } };
  const dependencies = { agents: oneAgent(), client } as unknown as ActivityDependencies;
  const environment = new MockActivityEnvironment();
  let beats = 0;
  environment.on('heartbeat', () => {
    beats += 1;
  });
  const { findGrant } = createActivities(dependencies);
  expect(await environment.run(findGrant, { tool: 'pay', scope: '' })).toBe(false);
  expect(beats).toBeGreaterThan(0);
});
