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
