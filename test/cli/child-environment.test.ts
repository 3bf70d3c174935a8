import { expect, test } from 'vitest';
import { childEnvironment } from '../../cli/child-environment.ts';
import { readEnvironment } from '../../config/environment.ts';

const of = (env: NodeJS.ProcessEnv) =>
  childEnvironment(env, readEnvironment({ HOLDFAST_INTERNAL_KEY: 'key', ...env }), {
    address: '127.0.0.1:7233',
    ui: undefined,
  });

test('processes share few arenas of memory, unless the user says how many', () => {
  expect(of({}).MALLOC_ARENA_MAX).toBe('2');
  expect(of({ MALLOC_ARENA_MAX: '8' }).MALLOC_ARENA_MAX).toBe('8');
});
