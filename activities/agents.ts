import type { LanguageModel } from 'ai';
import type { AgentInfo } from '../contract/agent-info.ts';
import type { Tool } from '../tools/tool.ts';
import type { WorkflowTool } from '../tools/workflow-tool.ts';

/** Who answers: a model, what it is told of its task, and its tools. */
export interface Agent extends AgentInfo {
  /** System prompt. */
  system: string;
  /** The model of one of its `models`; its own where the name is not among them. */
  model(name?: string): Promise<LanguageModel>;
  /** It has tools to remember with: what is remembered is shown to its model. */
  remembers?: true;
  /** Asked at every model call: tools of servers come and go. */
  tools(): Promise<readonly Tool[]>;
  /** Those that its workflow carries out itself. */
  workflowTools: readonly WorkflowTool[];
}

/** The agents of the config; the first is the default. */
export interface Agents {
  readonly all: readonly [Agent, ...Agent[]];
  /** The default one where there is none of this name: a conversation may outlive the agent that it chose. */
  get(name?: string): Agent;
}
