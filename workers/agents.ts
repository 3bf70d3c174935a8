import { type Agent, type Agents, modelNameOf } from '../activities/agents.ts';
import type { Config } from '../config/config.ts';
import { type ModelEnvironment, resolveModel } from '../models/resolve-model.ts';
import { MEMORY_TOOLS } from '../tools/built-in-tools.ts';
import type { McpTools } from '../tools/mcp/mcp-tools.ts';
import type { Tool } from '../tools/tool.ts';

/** Every name that a tool of an agent has already. */
export function namesOfTools(config: Config['agents'], builtIns: readonly Tool[]): Set<string> {
  const tools = [...builtIns, ...config.flatMap((agent) => [...agent.tools, ...agent.workflowTools])];
  return new Set(tools.map(({ name }) => name));
}

/** The agents of the config as activities use them. A model's provider is loaded when it is first needed. */
export function createAgents(
  config: Config['agents'],
  environment: ModelEnvironment,
  builtIns: readonly Tool[],
  mcp: Pick<McpTools, 'tools'>,
): Agents {
  const models = new Map<string, ReturnType<typeof resolveModel>>();
  const modelOf = (name: string) => {
    const model = models.get(name) ?? resolveModel(name, environment);
    models.set(name, model);
    return model;
  };
  const create = ({ builtInTools, mcpServers, tools: own, ...agent }: Config['agents'][number]): Agent => {
    const tools = [...builtIns.filter(({ name }) => builtInTools.includes(name)), ...own];
    return {
      ...agent,
      model: (wanted) => modelOf(modelNameOf(agent, wanted)),
      tools: async () => [...tools, ...(await mcp.tools(mcpServers))],
      ...(MEMORY_TOOLS.some((name) => builtInTools.includes(name)) ? { remembers: true } : {}),
    };
  };
  const [first, ...others] = config;
  const all: Agents['all'] = [create(first), ...others.map(create)];
  return { all, get: (name) => all.find((agent) => agent.name === name) ?? all[0] };
}
