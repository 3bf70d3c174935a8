import { BUILT_IN_TOOLS } from '../tools/built-in-tools.ts';
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
  return [
    resolved(DEFAULT_AGENT, { ...own, model }, 'agent'),
    ...Object.entries(agents).map(([name, config]) => resolved(name, { model, ...config }, `agents.${name}`)),
  ];
}

function resolved(
  name: string,
  config: AgentConfig & { model: string; description?: string },
  field: string,
): ResolvedAgent {
  const { model, models = [], system = DEFAULT_SYSTEM, tools = [], description } = config;
  const { builtInTools = BUILT_IN_TOOLS } = config;
  const unknown = builtInTools.find((wanted) => !BUILT_IN_TOOLS.some((builtIn) => builtIn === wanted));
  if (unknown !== undefined)
    throw new ConfigError(
      `${field}.builtInTools: there is no built-in tool "${unknown}"; there are ${BUILT_IN_TOOLS.join(', ')}`,
    );
  const names = new Set<string>();
  for (const tool of tools) {
    if (names.has(tool.name))
      throw new ConfigError(`${field}.tools: "${tool.name}" is there twice; rename one`);
    names.add(tool.name);
  }
  return {
    name,
    ...(description === undefined ? {} : { description }),
    models: [model, ...models.filter((other) => other !== model)],
    system,
    builtInTools: builtInTools.filter((builtIn) => !names.has(builtIn)),
    tools,
  };
}
