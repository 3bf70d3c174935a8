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

/** A request that waits for an approver. */
export interface PendingApproval {
  /** What `/approve` names it by. */
  id: string;
  tool: string;
  shown: string;
  scope: string;
  /** In ms since the epoch. */
  expiresAt: number;
}
