import {
  CancellationScope,
  condition,
  executeChild,
  getExternalWorkflowHandle,
  isCancellation,
  setCurrentDetails,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import type { Verdict } from '../../contract/approval.ts';
import { parseConversationId } from '../../contract/conversation-id.ts';
import type { ModelRequest, Usage } from '../../contract/model-step.ts';
import { type TranscriptView, transcript } from '../../contract/signals.ts';
import { FIRST_STATE } from '../../contract/state.ts';
import { askForTask, MAX_REPORT, TASK, type TaskReport, type TaskStart } from '../../contract/task.ts';
import type { WorkflowCall } from '../../contract/tool-call.ts';
import type { Entry } from '../../contract/transcript.ts';
import { addUsage } from '../../contract/usage.ts';
import type { ApprovalRequest } from '../approvals/approvals.ts';
import { Compaction } from '../context/compaction.ts';
import { detailsOf } from '../details.ts';
import { failureReason } from '../failure-line.ts';
import { handOver } from '../hand-over.ts';
import type { ToolResult } from '../tool-call.ts';
import { Transcript } from '../transcript.ts';
import { Turn } from '../turn.ts';
import { childOptions, type Delegation, refusal, taskStart } from './start-task.ts';
import type { task } from './task.ts';

/** Entries shown in Temporal's UI. */
const GLANCE = 12;
/** A conversation answers each request, at its expiry at the latest; one that is gone does not. */
const GRACE_MS = 60_000;

/** Works on one task: a turn of its own, with nobody to talk to. */
export class SubAgent {
  readonly #start: TaskStart;
  readonly #transcript = new Transcript(FIRST_STATE);
  readonly #compaction = new Compaction(FIRST_STATE.compaction, {
    transcript: this.#transcript,
    changed: () => this.#showDetails(),
  });
  readonly #turn: Turn;
  readonly #verdicts = new Map<string, Verdict>();
  #usage: Usage = FIRST_STATE.usage;
  /** Tasks of its own that it waits for. */
  #tasks = 0;

  constructor(start: TaskStart) {
    const { id, task: text, conversation, chosen, limits, origin } = start;
    const { settings, returnAddress: _, ...who } = origin;
    const message = { id: `task/${id}`, text, ...who };
    this.#start = start;
    this.#turn = new Turn(1, [{ message, settings: { ...settings, limits }, at: Date.now() }], {
      platform: parseConversationId(conversation).platform,
      conversation,
      keyPrefix: workflowInfo().firstExecutionRunId,
      transcript: this.#transcript,
      compaction: this.#compaction,
      chosen,
      takeSteering: () => [],
      handOver: (asked) =>
        handOver(transcript, [asked], { queues: settings.queues, answer: () => this.transcriptFor(asked) }),
      approve: (request) => this.#ask(request),
      whereTo: () => ({ task: id }),
      perform: (call) => this.#perform(call),
      sent: () => {},
      mayGoOn: false,
      changed: () => this.#showDetails(),
      spend: (usage) => this.#spend(usage),
    });
  }

  transcriptFor({ upTo, turn }: Pick<ModelRequest, 'upTo' | 'turn'>): TranscriptView {
    return {
      ...this.#transcript.forModel(upTo),
      said: this.#transcript.saidIn(turn),
      ...this.#turn.chosen,
      ...this.#turn.writer,
      depth: this.#start.depth,
      // No platform has this name: nothing of it is shown while it is written.
      target: { platform: TASK, conversation: this.#start.id, deliveryId: '', knownMessageIds: [], live: [] },
    };
  }

  /** What is summarised. */
  older(upTo: number): Entry[] {
    return this.#transcript.forModel(upTo).entries;
  }

  decided(id: string, verdict: Verdict): void {
    this.#verdicts.set(id, verdict);
  }

  /** Works until it is done, has failed, or was stopped. */
  async run(): Promise<TaskReport> {
    this.#showDetails();
    try {
      await this.#turn.run();
      return this.#report('done');
    } catch (failure) {
      // What fails because it was stopped, failed by somebody's wish.
      if (isCancellation(failure) || CancellationScope.current().consideredCancelled)
        return this.#report('stopped');
      const reference = workflowInfo().firstExecutionRunId.slice(0, 8);
      return this.#report('failed', `It ended early: ${failureReason(failure)}. (reference ${reference})`);
    }
  }

  #report(outcome: TaskReport['outcome'], line = ''): TaskReport {
    const said = this.#transcript.saidIn(this.#turn.number);
    const cut = said.length > MAX_REPORT ? `${said.slice(0, MAX_REPORT).toWellFormed()}\n\n[cut here]` : said;
    return {
      id: this.#start.id,
      outcome,
      text: [cut, line].filter(Boolean).join('\n\n'),
      usage: this.#usage,
      unknown: this.#turn.unknown,
      ...(outcome === 'done' ? this.#turn.extras.forReply() : {}),
    };
  }

  /** Has the conversation ask an approver, and waits for the verdict. Throws if the task is stopped meanwhile. */
  async #ask({ tool, policy }: ApprovalRequest): Promise<Verdict> {
    const id = uuid4().slice(0, 8);
    const request = { id, workflow: workflowInfo().workflowId, tool, policy };
    await getExternalWorkflowHandle(this.#start.conversation).signal(askForTask, request);
    await condition(() => this.#verdicts.has(id), policy.expireMs + GRACE_MS);
    return this.#verdicts.get(id) ?? { outcome: 'expired' };
  }

  async #perform(call: WorkflowCall): Promise<ToolResult> {
    if (call.kind === 'delegate') return this.#delegate(call);
    return { output: 'Only the conversation can cancel tasks.', outcome: 'error' };
  }

  /** Nobody chats here, so the task waits for its own task, whose report is the result. */
  async #delegate(call: Delegation): Promise<ToolResult> {
    const { conversation, depth, origin } = this.#start;
    const why = refusal(call, depth, this.#tasks);
    if (why !== undefined) return { output: why, outcome: 'error' };
    const start = taskStart(call, { conversation, depth, origin, chosen: this.#turn.chosen });
    this.#tasks += 1;
    try {
      const report = await executeChild<typeof task>(TASK, childOptions(start, 'REQUEST_CANCEL'));
      const { outcome, text, usage, id: _, ...rest } = report;
      this.#spend(usage);
      return { ...rest, output: text || '(nothing to report)', outcome: outcome === 'done' ? 'ok' : 'error' };
    } catch (failure) {
      if (isCancellation(failure))
        return {
          output: 'The task was stopped before its end; it may have acted in part.',
          outcome: 'cancelled',
        };
      return { output: 'The task was ended from outside and could not report.', outcome: 'error' };
    } finally {
      this.#tasks -= 1;
    }
  }

  #spend(usage: Usage): void {
    this.#usage = addUsage(this.#usage, usage);
  }

  #showDetails(): void {
    setCurrentDetails(
      detailsOf({
        status: 'running',
        turns: this.#turn.number,
        waiting: 0,
        running: [...this.#turn.running.values()],
        usage: this.#usage,
        approvals: [],
        tasks: [],
        entries: this.#transcript.latest(GLANCE),
      }),
    );
  }
}
