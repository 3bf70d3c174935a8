import { CancellationScope, condition, uuid4, workflowInfo } from '@temporalio/workflow';
import {
  type ApprovalOutcome,
  type ApprovalPolicy,
  covers,
  type Grant,
  type PendingApproval,
  type Reach,
} from '../contract/approval.ts';
import type { ApprovalEntry, DecisionEntry } from '../contract/transcript.ts';
import { findGrant, keepGrant } from './activities.ts';
import { asked } from './approval-words.ts';
import type { LastPart } from './deliver-reply.ts';
import type { Outbox } from './outbox.ts';
import type { Transcript } from './transcript.ts';

/** Kept for one conversation: the oldest give way. */
const MOST_GRANTS = 100;
/** A run that grows this long while a request waits, by messages without end, would be ended by Temporal with all in it. */
const MOST_EVENTS = 20_000;

export interface ApprovalSurroundings {
  transcript: Transcript;
  outbox: Outbox;
  /** Called when there is something new to see. */
  changed(): void;
}

/** The call that needs an approval, and the turn that it belongs to. */
export interface ApprovalRequest {
  tool: string;
  policy: ApprovalPolicy;
  turn: number;
  /** Event ids of the messages that the turn answers. */
  answers: string[];
}

interface Verdict {
  outcome: ApprovalOutcome;
  reach?: Reach;
  by?: string;
}

/** A request that waits, and its verdict once there is one. */
interface Open extends PendingApproval {
  verdict?: Verdict;
}

/** Calls that wait for an approver, and what approvers allowed for longer than one call. */
export class Approvals {
  readonly #open = new Map<string, Open>();
  #grants: Grant[];
  readonly #around: ApprovalSurroundings;

  constructor(grants: Grant[], around: ApprovalSurroundings) {
    this.#grants = [...grants];
    this.#around = around;
  }

  get pending(): PendingApproval[] {
    return [...this.#open.values()].flatMap(({ verdict, ...pending }) => (verdict ? [] : [pending]));
  }

  /** What was approved for this conversation. */
  get grants(): readonly Grant[] {
    return this.#grants;
  }

  /** Takes a grant of this conversation back, or all without an id; whether there was one. */
  revoke(id?: string): boolean {
    const before = this.#grants.length;
    this.#grants = this.#grants.filter((grant) => id !== undefined && grant.id !== id);
    return this.#grants.length < before;
  }

  /** Asks, unless it was allowed before, and waits for the decision. Throws if the turn is stopped meanwhile. */
  async ask(request: ApprovalRequest): Promise<Verdict> {
    const { tool, policy } = request;
    const call = { tool, scope: policy.scope };
    if (this.#grants.some((grant) => covers(grant, call)) || (await findGrant(call)))
      return { outcome: 'approved' };
    const expiresAt = Date.now() + policy.expireMs;
    const open: Open = { id: uuid4().slice(0, 8), ...call, shown: policy.shown, expiresAt };
    const { turn, answers } = request;
    const entry = this.#around.transcript.append<ApprovalEntry>({
      kind: 'approval',
      turn,
      answers: [...answers],
      ...open,
      ...asked(open),
      at: Date.now(),
    });
    this.#open.set(open.id, open);
    this.#around.changed();
    // What is on its way when the turn is stopped must be known, to be edited.
    const shown = CancellationScope.nonCancellable(() =>
      this.#around.outbox.deliver({ entry, deliveryId: deliveryIdOf(entry) }),
    );
    try {
      return await this.#verdictOn(open, policy.expireMs);
    } catch (failure) {
      open.verdict = { outcome: 'cancelled' };
      throw failure;
    } finally {
      this.#open.delete(open.id);
      this.#conclude(entry, open.verdict ?? { outcome: 'expired' }, shown);
    }
  }

  /** Decides a request; with no id, the only one. Returns what to say to who decided, and whether it was decided. */
  decide(id: string | undefined, verdict: Verdict & { by: string }): { text: string; decided: boolean } {
    const [only, ...others] = this.#open.values();
    const open = id === undefined && others.length === 0 ? only : this.#open.get(id ?? '');
    if (!open || open.verdict) return { text: this.#whatWaits(id), decided: false };
    open.verdict = verdict;
    if (verdict.outcome === 'approved') this.#grant(open, verdict);
    return {
      text: `${verdict.outcome === 'approved' ? 'Approved' : 'Denied'}: \`${open.tool}\`.`,
      decided: true,
    };
  }

  #whatWaits(id: string | undefined): string {
    const waiting = this.pending.map((open) => `\`${open.id}\` (\`${open.tool}\`)`).join(', ');
    const why =
      id === undefined
        ? 'Say which one'
        : `No request \`${id.slice(0, 20)}\` waits: it was decided, or never was`;
    return waiting === '' ? 'Nothing waits for approval.' : `${why}. Waiting: ${waiting}.`;
  }

  #grant({ id, tool, scope }: Open, { reach, by }: Verdict & { by: string }): void {
    const grant: Grant = { id, tool, scope, by, at: Date.now() };
    if (reach === 'conversation') {
      this.#grants.push(grant);
      if (this.#grants.length > MOST_GRANTS) this.#grants.shift();
    }
    if (reach === 'always') this.#around.outbox.inBackground(() => keepGrant(grant));
  }

  async #verdictOn(open: Open, ms: number): Promise<Verdict> {
    const flooded = () => workflowInfo().historyLength > MOST_EVENTS;
    await condition(() => open.verdict !== undefined || flooded(), ms);
    open.verdict ??= { outcome: 'expired' };
    return open.verdict;
  }

  /** Records the decision, and has the request's message tell it. The turn does not wait for that. */
  #conclude(entry: ApprovalEntry, verdict: Verdict, shown: Promise<LastPart | undefined>): void {
    const { turn, id } = entry;
    this.#around.transcript.append<DecisionEntry>({ kind: 'decision', turn, id, ...verdict, at: Date.now() });
    this.#around.changed();
    this.#around.outbox.inBackground(async () => {
      const again = await shown;
      if (again)
        await this.#around.outbox.deliver({ entry, deliveryId: `${deliveryIdOf(entry)}.decided`, again });
    });
  }
}

function deliveryIdOf({ turn, id }: ApprovalEntry): string {
  return `${workflowInfo().firstExecutionRunId}.t${turn}.a${id}`;
}
