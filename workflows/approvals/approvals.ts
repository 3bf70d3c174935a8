import {
  CancellationScope,
  condition,
  getExternalWorkflowHandle,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import {
  type ApprovalPolicy,
  covers,
  type Grant,
  type OpenApproval,
  type PendingApproval,
  type Verdict,
} from '../../contract/approval.ts';
import type { ConversationState } from '../../contract/state.ts';
import { decided, type RunningTask, type TaskAsks } from '../../contract/task.ts';
import type { ApprovalEntry, DecisionEntry } from '../../contract/transcript.ts';
import { findGrant, keepGrant } from '../activities.ts';
import { countApproval } from '../meters.ts';
import type { Outbox } from '../outbox.ts';
import type { Transcript } from '../transcript.ts';
import { asked } from './approval-words.ts';

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

/** The task that asks, and the id that it gave the request. */
type From = Pick<TaskAsks, 'id' | 'workflow'> & { task: string };

/** Calls that wait for an approver, and what approvers allowed for longer than one call. */
export class Approvals {
  readonly #open = new Map<string, OpenApproval>();
  #grants: Grant[];
  readonly #around: ApprovalSurroundings;

  constructor(
    { grants, taskApprovals }: Pick<ConversationState, 'grants' | 'taskApprovals'>,
    around: ApprovalSurroundings,
  ) {
    this.#grants = [...grants];
    this.#around = around;
    for (const carried of taskApprovals) {
      const open = { ...carried };
      this.#open.set(open.id, open);
      this.#answerTask(open, Promise.resolve());
    }
  }

  get pending(): PendingApproval[] {
    return [...this.#open.values()].flatMap(
      ({ workflow: _, seq: __, turn: ___, message: ____, verdict, ...pending }) => (verdict ? [] : [pending]),
    );
  }

  /** What the running turn waits for. */
  get ofTurn(): PendingApproval | undefined {
    return this.pending.find(({ task }) => task === undefined);
  }

  /** What tasks wait for. */
  get ofTasks(): OpenApproval[] {
    return [...this.#open.values()].filter(({ task }) => task !== undefined);
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
    if (await this.#isGranted(request)) return { outcome: 'approved' };
    const { open, shown } = this.#show(request);
    try {
      return await this.#verdictOn(open);
    } catch (failure) {
      open.verdict = { outcome: 'cancelled' };
      throw failure;
    } finally {
      this.#conclude(open, shown);
    }
  }

  /**
   * Asks for a task, as long as it runs, which is told the verdict by signal, from this run or a later one. No stop of a turn
   * ends it.
   */
  askForTask(
    { tool, policy, ...from }: TaskAsks,
    turn: number,
    running: () => RunningTask | undefined,
  ): void {
    const request = { tool, policy, turn, answers: [] };
    this.#around.outbox.inBackground(async () => {
      if (await this.#isGranted(request)) return tell(from, { outcome: 'approved' });
      const task = running()?.id;
      if (task === undefined) return;
      const { open, shown } = this.#show(request, { ...from, task });
      this.#answerTask(open, shown);
      await shown;
    });
  }

  /** The task has ended, and with it what it asked. */
  withdraw(workflow: string): void {
    for (const open of this.ofTasks)
      if (`${open.workflow}/`.startsWith(`${workflow}/`)) open.verdict ??= { outcome: 'cancelled' };
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

  async #isGranted({ tool, policy: { scope } }: ApprovalRequest): Promise<boolean> {
    return this.#grants.some((grant) => covers(grant, { tool, scope })) || (await findGrant({ tool, scope }));
  }

  #show({ tool, policy, turn, answers }: ApprovalRequest, from?: From) {
    const { shown, scope, expireMs } = policy;
    const pending: PendingApproval = {
      id: from?.id ?? uuid4().slice(0, 8),
      tool,
      shown,
      scope,
      expiresAt: Date.now() + expireMs,
      ...(from ? { task: from.task } : {}),
    };
    const entry = this.#around.transcript.append<ApprovalEntry>({
      kind: 'approval',
      turn,
      answers: [...answers],
      ...pending,
      ...asked(pending),
      at: Date.now(),
    });
    const { seq } = entry;
    const open: OpenApproval = { ...pending, seq, turn, ...(from ? { workflow: from.workflow } : {}) };
    this.#open.set(open.id, open);
    countApproval('asked');
    this.#around.changed();
    // What is on its way when the turn is stopped must be known, to be edited.
    const sent = CancellationScope.nonCancellable(async () => {
      const message = await this.#around.outbox.deliver({ entry, deliveryId: deliveryIdOf(open) });
      if (message) open.message = message;
    });
    return { open, shown: sent };
  }

  #answerTask(open: OpenApproval, shown: Promise<void>): void {
    const { workflow = '', id } = open;
    const answer = (verdict: Verdict) => {
      this.#conclude(open, shown);
      this.#around.outbox.inBackground(() => tell({ workflow, id }, verdict));
    };
    // It throws only when all of this workflow is cancelled.
    this.#verdictOn(open).then(answer, () => {});
  }

  #grant({ id, tool, scope }: OpenApproval, { reach, by }: Verdict & { by: string }): void {
    const grant: Grant = { id, tool, scope, by, at: Date.now() };
    if (reach === 'conversation') {
      this.#grants.push(grant);
      if (this.#grants.length > MOST_GRANTS) this.#grants.shift();
    }
    if (reach === 'always') this.#around.outbox.inBackground(() => keepGrant(grant));
  }

  async #verdictOn(open: OpenApproval): Promise<Verdict> {
    const flooded = () => workflowInfo().historyLength > MOST_EVENTS;
    const ms = Math.max(1, open.expiresAt - Date.now());
    await condition(() => open.verdict !== undefined || flooded(), ms);
    open.verdict ??= { outcome: 'expired' };
    return open.verdict;
  }

  /** Records the decision, and has the request's message tell it. The turn does not wait for that. */
  #conclude(open: OpenApproval, shown: Promise<void>): void {
    const { turn, id, seq, verdict = { outcome: 'expired' } } = open;
    const { transcript, outbox } = this.#around;
    this.#open.delete(id);
    countApproval(verdict.outcome);
    transcript.append<DecisionEntry>({ kind: 'decision', turn, id, ...verdict, at: Date.now() });
    this.#around.changed();
    outbox.inBackground(async () => {
      await shown;
      // A request that was carried may be older than what is left of the transcript.
      const entry = transcript.shown(seq);
      if (entry && open.message)
        await outbox.deliver({ entry, deliveryId: `${deliveryIdOf(open)}.decided`, again: open.message });
    });
  }
}

/** A task that is gone does not wait for it any more. */
async function tell({ workflow, id }: Pick<TaskAsks, 'workflow' | 'id'>, verdict: Verdict): Promise<void> {
  await getExternalWorkflowHandle(workflow)
    .signal(decided, id, verdict)
    .catch(() => {});
}

function deliveryIdOf({ turn, id }: OpenApproval): string {
  return `${workflowInfo().firstExecutionRunId}.t${turn}.a${id}`;
}
