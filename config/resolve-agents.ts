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
  { agent = {}, agents = {}, routes = [], mcpServers = {} }: HoldfastConfig,
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
  const offer = {
    builtInTools: [...BUILT_IN_TOOLS, ...workflowTools.map((tool) => tool.name)],
    workflowTools,
    mcpServers: Object.keys(mcpServers),
  };
  return [
    resolved(DEFAULT_AGENT, { ...own, model }, 'agent', offer),
    ...Object.entries(agents).map(([name, config]) =>
      resolved(name, { model, ...config }, `agents.${name}`, offer),
    ),
  ];
}

/** What agents may have. */
interface Offer {
  builtInTools: string[];
  workflowTools: WorkflowTool[];
  mcpServers: string[];
}

function resolved(
  name: string,
  config: AgentConfig & { model: string; description?: string },
  field: string,
  offer: Offer,
): ResolvedAgent {
  const { model, models = [], system = DEFAULT_SYSTEM, tools = [], description } = config;
  const { contextWindow, compactAt } = config;
  const builtInTools = chosen(config.builtInTools, offer.builtInTools, `${field}.builtInTools`);
  const mcpServers = chosen(config.mcpServers, offer.mcpServers, `${field}.mcpServers`);
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
    workflowTools: offer.workflowTools.filter((tool) => offered.includes(tool.name)),
    mcpServers,
    tools,
  };
}

/** The names that are wanted; all, if nothing is said. */
function chosen(wanted: string[] | undefined, all: string[], field: string): string[] {
  const unknown = wanted?.find((name) => !all.includes(name));
  if (unknown !== undefined)
    throw new ConfigError(`${field}: there is no "${unknown}"; there are ${all.join(', ') || 'none'}`);
  return wanted ?? all;
}
