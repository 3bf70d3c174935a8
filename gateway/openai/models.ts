import { HttpError } from '../errors.ts';

/** The model that stands for the agent that the routes of the config say. */
const ROUTED = 'holdfast';

/** The agent that a request asks for by the name of a model; undefined if the routes are to say. Throws a 404. */
export function agentOf(model: string, agents: readonly string[]): string | undefined {
  if (agents.includes(model)) return model;
  if (model === ROUTED) return undefined;
  const known = modelsOf(agents).join(', ');
  throw new HttpError(
    404,
    'model_not_found',
    `model: there is no "${model.slice(0, 80)}"; there are ${known}`,
    {
      field: 'model',
    },
  );
}

/** What stands in `model`: an agent, which has a model of its own. */
export function modelsOf(agents: readonly string[]): string[] {
  return [...new Set([ROUTED, ...agents])];
}

export function describeModel(id: string) {
  return { id, object: 'model' as const, created: 0, owned_by: 'holdfast' };
}
