import { inject } from 'vitest';
import { buildScene, type Scene } from './build-scene.ts';
import type { StackOptions } from './stack.ts';

export type { Scene } from './build-scene.ts';

/** A scene with what the test run was given. */
export function startScene(options: StackOptions = {}): Promise<Scene> {
  const tools = {
    temporal: inject('temporal'),
    workflowBundle: inject('workflowBundle'),
    scratch: inject('scratch'),
  };
  return buildScene(tools, options);
}
