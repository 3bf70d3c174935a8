import type { WorkflowCall } from '../contract/tool-call.ts';
import type { Tool } from './tool.ts';

/** A tool that the workflow itself carries out, without an activity. */
export interface WorkflowTool<Input = unknown> extends Pick<Tool<Input>, 'name' | 'description' | 'input'> {
  /** Who is this deep is not offered it: 0 is a conversation, 1 a task that it delegated, and so on. */
  notFromDepth: number;
  /** What the workflow is to do. */
  plan(input: Input): WorkflowCall;
}
