import type { Effect } from '../../contract/tool-call.ts';
import type { Approval } from '../tool.ts';
import type { McpServer } from './config.ts';
import type { ListedTool } from './list-tools.ts';

const TIMEOUT_MS = 60_000;

/** How a tool's calls are run. */
export interface CallPolicy {
  effect: Effect;
  approval: Approval;
  /** Milliseconds from the request to its answer. */
  timeoutMs: number;
  hidden: boolean;
}

/** What the config says of the tool, then of its server; what it leaves open, by the server's own annotations. */
export function policyOf({ name, annotations }: ListedTool, server: McpServer): CallPolicy {
  const own = server.tools && Object.hasOwn(server.tools, name) ? server.tools[name] : undefined;
  const effect = own?.effect ?? server.effect ?? effectBy(annotations);
  const harmless = effect === 'read' || annotations?.destructiveHint === false;
  return {
    effect,
    approval: own?.approval ?? server.approval ?? (harmless ? 'never' : 'ask'),
    timeoutMs: own?.timeoutMs ?? server.timeoutMs ?? TIMEOUT_MS,
    hidden: own?.hidden ?? false,
  };
}

function effectBy(annotations: ListedTool['annotations']): Effect {
  if (annotations?.readOnlyHint) return 'read';
  return annotations?.idempotentHint ? 'idempotent' : 'once';
}
