import type { Agents } from '../../activities/agents.ts';
import { createDemoModel } from '../../models/demo/demo-model.ts';
import type { Tool } from '../../tools/tool.ts';

/** Agents of which there is one, with these tools. */
export function oneAgent(...tools: Tool[]): Agents {
  const agent = {
    name: 'main',
    models: ['demo'],
    system: '',
    model: async () => createDemoModel(),
    tools: async () => tools,
    workflowTools: [],
  };
  return { all: [agent], get: () => agent };
}
