import type { ApprovalPolicy } from '../contract/approval.ts';
import type { Json } from '../contract/json.ts';
import type { PlannedCall } from '../contract/tool-call.ts';
import type { Tool } from '../tools/tool.ts';
import type { WorkflowTool } from '../tools/workflow-tool.ts';
import { showCall } from './show-call.ts';

type Call = { id: string; name: string; input: Json } | { id: string; refused: string };

/** How a call is to be run: resolved once, here, and recorded with it, so that another config changes nothing of it. */
export async function planCall(
  call: Call,
  tools: readonly Tool[],
  approvalExpireMs: number,
): Promise<PlannedCall> {
  if ('refused' in call) return { id: call.id, refused: call.refused };
  const tool = tools.find(({ name }) => name === call.name);
  if (!tool) return { id: call.id, refused: `There is no tool ${call.name}.` };
  const { effect, timeoutMs, attempts, short } = tool;
  const approval = await approvalOf(tool, call.input, approvalExpireMs);
  return {
    id: call.id,
    policy: {
      effect,
      timeoutMs,
      attempts,
      ...(short ? { short } : {}),
      ...(tool.reconcile ? { reconciles: true } : {}),
      ...(approval ? { approval } : {}),
    },
  };
}

/** The same for a tool that the workflow itself carries out; undefined for any other. */
export function planInWorkflow(call: Call, tools: readonly WorkflowTool[]): PlannedCall | undefined {
  if ('refused' in call) return undefined;
  const tool = tools.find(({ name }) => name === call.name);
  return tool && { id: call.id, workflow: tool.plan(tool.input.parse(call.input)) };
}

async function approvalOf(tool: Tool, input: Json, expireMs: number): Promise<ApprovalPolicy | undefined> {
  if (tool.approval === 'never') return undefined;
  const { data } = await tool.input.safeParseAsync(input);
  try {
    if (typeof tool.approval === 'function' && !tool.approval(data)) return undefined;
    return { shown: showCall(tool.name, input), scope: tool.grantScope?.(data) ?? '', expireMs };
  } catch {
    // Who cannot say whether to ask, asks; and what cannot be named is allowed once at most.
    return { shown: showCall(tool.name, input), scope: JSON.stringify(input), expireMs };
  }
}
