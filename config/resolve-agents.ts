import { BUILT_IN_TOOLS } from '../tools/built-in-tools.ts';
import { type DelegationOptions, delegationTools } from '../tools/delegate.ts';
import type { WorkflowTool } from '../tools/workflow-tool.ts';
import {
  type AgentConfig,
  DEFAULT_AGENT,
  DEFAULT_SYSTEM,
  type HoldfastConfig,
  type ResolvedAgent,
} from './config.ts';
import { ConfigError } from './environment.ts';

/** Every agent with its defaults, the default one first. Throws {@link ConfigError}. */
export function resolveAgents(
  { agent = {}, agents = {}, routes = [] }: HoldfastConfig,
  modelOverride: string | undefined,
  delegation: Omit<DelegationOptions, 'agents'>,
): [ResolvedAgent, ...ResolvedAgent[]] {
  if (agents[DEFAULT_AGENT])
    throw new ConfigError(
      `agents.${DEFAULT_AGENT}: this is the name of the default agent; write it under agent`,
    );
  for (const [index, route] of routes.entries())
    if (route.agent !== DEFAULT_AGENT && !agents[route.agent])
      throw new ConfigError(`routes.${index}.agent: there is no agent "${route.agent}" under agents`);
  const model = modelOverride ?? agent.model ?? 'demo';
  const { transcription: _, ...own } = agent;
  const named = Object.entries(agents).map(([name, { description = '' }]) => ({ name, description }));
  const workflowTools = delegationTools({ ...delegation, agents: [{ name: DEFAULT_AGENT }, ...named] });
  return [
    resolved(DEFAULT_AGENT, { ...own, model }, 'agent', workflowTools),
    ...Object.entries(agents).map(([name, config]) =>
      resolved(name, { model, ...config }, `agents.${name}`, workflowTools),
    ),
  ];
}

function resolved(
  name: string,
  config: AgentConfig & { model: string; description?: string },
  field: string,
  allWorkflowTools: readonly WorkflowTool[],
): ResolvedAgent {
  const { model, models = [], system = DEFAULT_SYSTEM, tools = [], description } = config;
  const { contextWindow, compactAt } = config;
  const builtIns: string[] = [...BUILT_IN_TOOLS, ...allWorkflowTools.map((tool) => tool.name)];
  const { builtInTools = builtIns } = config;
  const unknown = builtInTools.find((wanted) => !builtIns.includes(wanted));
  if (unknown !== undefined)
    throw new ConfigError(
      `${field}.builtInTools: there is no built-in tool "${unknown}"; there are ${builtIns.join(', ')}`,
    );
  const names = new Set<string>();
  for (const tool of tools) {
    if (names.has(tool.name))
      throw new ConfigError(`${field}.tools: "${tool.name}" is there twice; rename one`);
    names.add(tool.name);
  }
  const offered = builtInTools.filter((builtIn) => !names.has(builtIn));
  return {
    name,
    ...(description === undefined ? {} : { description }),
    models: [model, ...models.filter((other) => other !== model)],
    system,
    ...(contextWindow === undefined ? {} : { contextWindow }),
    ...(compactAt === undefined ? {} : { compactAt }),
    builtInTools: offered,
    workflowTools: allWorkflowTools.filter((tool) => offered.includes(tool.name)),
    tools,
  };
}
