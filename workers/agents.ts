import { type Agent, type Agents, modelNameOf } from '../activities/agents.ts';
import type { Config } from '../config/config.ts';
import { type ModelEnvironment, resolveModel } from '../models/resolve-model.ts';

/** The agents of the config as activities use them. A model's provider is loaded when it is first needed. */
export function createAgents(config: Config['agents'], environment: ModelEnvironment): Agents {
  const models = new Map<string, ReturnType<typeof resolveModel>>();
  const modelOf = (name: string) => {
    const model = models.get(name) ?? resolveModel(name, environment);
    models.set(name, model);
    return model;
  };
  const create = ({ tools, ...agent }: Config['agents'][number]): Agent => ({
    ...agent,
    model: (wanted) => modelOf(modelNameOf(agent, wanted)),
    tools: async () => tools,
  });
  const [first, ...others] = config;
  const all: Agents['all'] = [create(first), ...others.map(create)];
  return { all, get: (name) => all.find((agent) => agent.name === name) ?? all[0] };
}
