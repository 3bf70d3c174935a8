import type { LanguageModel } from 'ai';
import type { AgentInfo } from '../contract/agent-info.ts';
import { usualWindow } from '../models/context-window.ts';
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
  /** Tokens that its models read; what is usual for each, if not given. */
  contextWindow?: number;
  /** The share of the window that the transcript may fill before it is summarised; {@link COMPACT_AT} if not given. */
  compactAt?: number;
}

export const COMPACT_AT = 0.7;

/** The name of the model that answers: the wanted one if it is among the agent's, else its own. */
export function modelNameOf({ models }: Pick<Agent, 'models'>, wanted?: string): string {
  return models.find((name) => name === wanted) ?? models[0] ?? '';
}

/** The context window of one of the agent's models, in tokens. */
export function windowOf(agent: Agent, model?: string): number {
  return agent.contextWindow ?? usualWindow(modelNameOf(agent, model));
}

/** The agents of the config; the first is the default. */
export interface Agents {
  readonly all: readonly [Agent, ...Agent[]];
  /** The default one where there is none of this name: a conversation may outlive the agent that it chose. */
  get(name?: string): Agent;
}
