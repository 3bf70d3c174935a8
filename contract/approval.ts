import type { LastPart } from './delivery.ts';

/** Whether a call must be allowed first, as the model activity resolved it from the tool and recorded it with the call. */
export interface ApprovalPolicy {
  /** The call as approvers read it: tool and arguments in markdown, secrets masked. */
  shown: string;
  /** What allowing it for longer covers: calls of the tool with this scope; all of them if it is empty. */
  scope: string;
  /** Milliseconds after which the request counts as refused. */
  expireMs: number;
}

/** How far an approval goes: this call, all of its scope in this conversation, or all of its scope everywhere. */
export const REACHES = ['once', 'conversation', 'always'] as const;
export type Reach = (typeof REACHES)[number];

/** A standing approval. */
export interface Grant {
  /** Id of the request that it came from. */
  id: string;
  tool: string;
  /** Empty: every call of the tool. */
  scope: string;
  /** Who gave it: `telegram:123 (Ada)`. */
  by: string;
  /** In ms since the epoch. */
  at: number;
}

export function covers(grant: Grant, { tool, scope }: Pick<Grant, 'tool' | 'scope'>): boolean {
  return grant.tool === tool && (grant.scope === '' || grant.scope === scope);
}

/** How a request ended; `cancelled` with its turn. */
export type ApprovalOutcome = 'approved' | 'denied' | 'expired' | 'cancelled';

/** What came of a request, how far it goes, and who decided. */
export interface Verdict {
  outcome: ApprovalOutcome;
  reach?: Reach;
  by?: string;
}

/** A request that waits for an approver. */
export interface PendingApproval {
  /** What `/approve` names it by. */
  id: string;
  tool: string;
  shown: string;
  scope: string;
  /** In ms since the epoch. */
  expiresAt: number;
  /** The task that asks, if it is not the conversation's own turn. */
  task?: string;
}

/** A request, with its entry and what becomes of it. Those of tasks are carried from run to run: who waits is the task. */
export interface OpenApproval extends PendingApproval {
  /** Workflow id of the task, or of the task of a task, that waits. */
  workflow?: string;
  /** Sequence number and turn of its entry. */
  seq: number;
  turn: number;
  /** Its message, once that is sent. */
  message?: LastPart;
  verdict?: Verdict;
}
