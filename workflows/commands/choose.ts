import type { AgentInfo } from '../../contract/agent-info.ts';
import { describeAgents } from '../activities.ts';
import type { Handler } from './handler.ts';

/** `/agent`: who answers here, or another one. */
export const agent: Handler = async ({ argument, queued }, { chosen }) => {
  const agents = await describeAgents();
  const current = chosen.agent ?? queued.settings.agent ?? agents[0]?.name;
  if (argument === '') return `\`${current}\` answers here. There are:\n\n${agents.map(lineOf).join('\n')}`;
  const wanted = agents.find(({ name }) => name === argument.toLowerCase());
  if (!wanted)
    return `There is no agent \`${argument.slice(0, 40)}\`. There are:\n\n${agents.map(lineOf).join('\n')}`;
  chosen.agent = wanted.name;
  delete chosen.model;
  return `From now on \`${wanted.name}\` answers here.`;
};

/** `/model`: which one answers here, or another one of those that the agent may use. */
export const model: Handler = async ({ argument, queued }, { chosen }) => {
  const agents = await describeAgents();
  const name = chosen.agent ?? queued.settings.agent;
  const { models = [] } = agents.find((other) => other.name === name) ?? agents[0] ?? {};
  const list = models.map((other) => `- \`${other}\``).join('\n');
  if (argument === '') return `\`${chosen.model ?? models[0]}\` answers here. There are:\n\n${list}`;
  if (!models.includes(argument))
    return `\`${argument.slice(0, 80)}\` is not one of this agent’s models:\n\n${list}`;
  chosen.model = argument;
  return `From now on \`${argument}\` answers here.`;
};

function lineOf({ name, description }: AgentInfo): string {
  return description === undefined ? `- \`${name}\`` : `- \`${name}\` ${description}`;
}
