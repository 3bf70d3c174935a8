import { z } from 'zod';
import type { TurnLimits } from '../contract/settings.ts';
import type { WorkflowTool } from './workflow-tool.ts';

/** Longest description of a task, in characters. */
const MAX_TASK = 8_000;

export interface DelegationOptions {
  /** Agents that may be named; the first is the default one. */
  agents: { name: string; description?: string }[];
  /** Tasks that one who delegates may have running at once. */
  maxTasks: number;
  /** 0: nobody delegates · 1: conversations do · 2: their tasks do too, … */
  maxDepth: number;
  /** What one task may spend. */
  limits: TurnLimits;
}

/** The tools by which agents give work to sub-agents. */
export function delegationTools(options: DelegationOptions): WorkflowTool[] {
  return options.maxDepth > 0 ? [delegate(options), cancelTask] : [];
}

interface Delegated {
  task: string;
  agent?: string | undefined;
}

function delegate({ agents, maxTasks, maxDepth, limits }: DelegationOptions): WorkflowTool<Delegated> {
  return {
    name: 'delegate',
    description:
      'Give a piece of work to a sub-agent, which has tools like yours but knows nothing of this conversation. Use it for work ' +
      'that takes long or that can be done side by side. In a conversation it goes on in the background and its report comes later ' +
      'as a message, so do not wait for it; inside a task the report is the result of this call.',
    input: delegated(agents),
    notFromDepth: maxDepth,
    plan: ({ task, agent }) => ({
      kind: 'delegate',
      task,
      limits,
      maxTasks,
      maxDepth,
      ...(agent === undefined ? {} : { agent }),
    }),
  };
}

/** An agent can be named where there are several. */
function delegated(agents: DelegationOptions['agents']): z.ZodType<Delegated> {
  const task = z
    .string()
    .trim()
    .min(1)
    .max(MAX_TASK)
    .describe('what is to be done and reported, with everything that must be known for it');
  if (agents.length < 2) return z.object({ task });
  const list = agents.map(({ name, description }) => (description ? `${name} (${description})` : name));
  const agent = z.enum(agents.map(({ name }) => name)).optional();
  return z.object({
    task,
    agent: agent.describe(`who does it, if not an agent like you: ${list.join(', ')}`),
  });
}

const cancelTask: WorkflowTool<{ id: string }> = {
  name: 'cancel_task',
  description: 'Stop a task that you delegated. Its report says what came of it.',
  input: z.object({ id: z.string().describe('the id that `delegate` told') }),
  // A task waits for its own tasks.
  notFromDepth: 1,
  plan: ({ id }) => ({ kind: 'cancel_task', task: id }),
};
