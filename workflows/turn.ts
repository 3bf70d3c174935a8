import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  TimeoutFailure,
} from '@temporalio/workflow';
import type { ApprovalOutcome } from '../contract/approval.ts';
import type { Receipt, StreamedPart } from '../contract/delivery.ts';
import { FAILURE } from '../contract/failures.ts';
import type { ModelStep, Usage } from '../contract/model-step.ts';
import type { TurnLimits } from '../contract/settings.ts';
import type { RunningCall } from '../contract/signals.ts';
import type { ConversationState, QueuedMessage } from '../contract/state.ts';
import type { PlannedCall, ToolRun } from '../contract/tool-call.ts';
import {
  type AssistantEntry,
  type ToolCallPart,
  type ToolEntry,
  toolCallsOf,
} from '../contract/transcript.ts';
import { modelActivity } from './activities.ts';
import type { ApprovalRequest } from './approvals.ts';
import type { Compacting, Compaction } from './compaction.ts';
import { BudgetSpent } from './failure-line.ts';
import { ReplyExtras } from './reply-extras.ts';
import { denied, runToolCall, type ToolResult } from './tool-call.ts';
import { transcribeVoices } from './transcribe-voices.ts';
import type { Transcript } from './transcript.ts';
import { TurnClock } from './turn-clock.ts';

/** What a turn needs of its conversation. */
export interface TurnSurroundings {
  /** Workflow id. */
  conversation: string;
  /** Begins every idempotency key and delivery id of this conversation. */
  keyPrefix: string;
  transcript: Transcript;
  compaction: Compaction;
  /** The agent and the model that answer, if not the default ones. */
  chosen: ConversationState['chosen'];
  takeSteering(): QueuedMessage[];
  /** Has an approver decide; throws if the turn is stopped meanwhile. */
  approve(request: ApprovalRequest): Promise<{ outcome: ApprovalOutcome; by?: string }>;
  /** What the platform needs to show that this turn is being worked on. */
  whereTo(turn: Turn): Pick<ToolRun, 'inReplyTo' | 'returnAddress'>;
  spend(usage: Usage): void;
  /** Called when there is something new to see. */
  changed(): void;
}

/** One turn: from its messages to the end of its last step. The reply is delivered by whoever runs it. */
export class Turn {
  readonly number: number;
  readonly deliveryId: string;
  readonly chosen: ConversationState['chosen'];
  /** In ms since the epoch. */
  readonly startedAt: number;
  /** Event ids of the messages that this turn answers. */
  readonly answers: string[] = [];
  /** Gateways that want live deltas. */
  readonly live: string[] = [];
  readonly running = new Map<string, RunningCall>();
  /** Tools whose outcome is unknown: the user is told, whatever the model says. */
  readonly unknown: string[] = [];
  readonly extras = new ReplyExtras();
  streamed: StreamedPart | undefined;
  /** A message may have been streamed without being recorded. */
  mayHaveStreamed = false;
  /** Its last step has ended, one way or another. */
  ended = false;
  /** The step that the model is writing. */
  writing: { turn: number; step: number } | undefined;
  #step = 0;
  readonly #limits: TurnLimits;
  readonly #clock: TurnClock;
  readonly #around: TurnSurroundings;

  /** It runs under the settings of its first message. */
  constructor(number: number, messages: [QueuedMessage, ...QueuedMessage[]], around: TurnSurroundings) {
    this.number = number;
    this.deliveryId = `${around.keyPrefix}.t${number}`;
    this.chosen = around.chosen;
    this.#limits = messages[0].settings.limits;
    this.startedAt = Date.now();
    this.#clock = new TurnClock(this.#limits.seconds);
    this.#around = around;
    this.#read(messages);
  }

  /** Runs steps until the model has answered. Throws what ends the turn early, {@link BudgetSpent} among it. */
  async run(): Promise<void> {
    try {
      await this.#runSteps();
    } finally {
      this.ended = true;
    }
  }

  async #runSteps(): Promise<void> {
    for (;;) {
      // The other half is the model's: it answers without the words too.
      await transcribeVoices(this.#around, () => Math.max(1, Math.floor(this.#clock.remainingMs / 2)));
      const step = await this.#callModel();
      const calls = toolCallsOf(step.content);
      const planned = new Map(step.calls.map((call) => [call.id, call]));
      await Promise.all(
        calls.map(async (call, index) => this.#runCall(call, planned.get(call.toolCallId), index)),
      );
      if (step.stopped || CancellationScope.current().consideredCancelled)
        throw new CancelledFailure('the turn was stopped');
      if (calls.length === 0) return;
      this.#read(this.#around.takeSteering());
    }
  }

  async #runCall(call: ToolCallPart, planned: PlannedCall | undefined, index: number): Promise<void> {
    this.running.set(call.toolCallId, { callId: call.toolCallId, name: call.toolName });
    this.#around.changed();
    const { output, outcome, ...extras } = await this.#resultOf(call, planned, index).finally(() =>
      this.running.delete(call.toolCallId),
    );
    if (outcome === 'unknown') this.unknown.push(call.toolName);
    this.#around.transcript.append<ToolEntry>({
      kind: 'tool',
      turn: this.number,
      callId: call.toolCallId,
      name: call.toolName,
      output: [output, ...this.extras.add(extras)].join('\n'),
      outcome,
    });
  }

  async #resultOf(
    call: ToolCallPart,
    planned: PlannedCall = { id: call.toolCallId, refused: 'This call was not planned.' },
    index: number,
  ): Promise<ToolResult> {
    const approval = 'policy' in planned ? planned.policy.approval : undefined;
    if (approval) {
      const request = {
        tool: call.toolName,
        policy: approval,
        turn: this.number,
        answers: this.answers,
      };
      const verdict = await this.#clock
        .notCounting(() => this.#around.approve(request))
        .catch(() => ({ outcome: 'cancelled' as const }));
      if (verdict.outcome !== 'approved') return denied(call.toolName, verdict);
    }
    const { transcript, conversation } = this.#around;
    const { agent } = this.chosen;
    const sender = transcript.latestUser()?.sender;
    const run = {
      conversation,
      turn: this.number,
      idempotencyKey: `${this.deliveryId}.s${this.#step}.${index}`,
      ...(agent === undefined ? {} : { agent }),
      ...(sender ? { sender } : {}),
      ...(this.live.length > 0 ? { live: this.live } : {}),
      ...this.#around.whereTo(this),
    };
    return runToolCall(call, planned, run, this.#remainingMs());
  }

  #read(messages: QueuedMessage[]): void {
    for (const queued of messages) {
      this.#around.transcript.appendMessage(this.number, queued);
      const { id, live } = queued.message;
      this.answers.push(id);
      if (live !== undefined && !this.live.includes(live)) this.live.push(live);
    }
  }

  async #callModel(): Promise<ModelStep> {
    this.#step += 1;
    if (this.#step > this.#limits.steps) throw new BudgetSpent('steps', this.#limits);
    const { compaction } = this.#around;
    await compaction.ifDue(this.#compacting());
    try {
      return await this.#tryModel();
    } catch (failure) {
      const made = isTooLong(failure) && (await compaction.must(this.#compacting()));
      if (!made) throw failure;
    }
    return this.#tryModel();
  }

  /** The model that answers also writes the summary, and keeps half of the time for its answer. */
  #compacting(): Compacting {
    const remainingMs = Math.max(1, Math.floor(this.#clock.remainingMs / 2));
    const { spend } = this.#around;
    return { turn: this.number, remainingMs, spend, ...this.chosen, ...this.#around.whereTo(this) };
  }

  async #tryModel(): Promise<ModelStep> {
    if (this.#clock.remainingMs <= 0) throw new BudgetSpent('seconds', this.#limits);
    const call = modelActivity({
      attempts: this.#limits.failures,
      remainingMs: this.#remainingMs(),
      summary: `turn ${this.number}, step ${this.#step}`,
    });
    this.writing = { turn: this.number, step: this.#step };
    try {
      const step = await call({
        conversation: this.#around.conversation,
        upTo: this.#around.transcript.seq,
        turn: this.number,
        step: this.#step,
      });
      this.#around.spend(step.usage);
      this.#around.compaction.note(step);
      if (step.streamed) this.streamed = step.streamed;
      if (step.mayHaveStreamed) this.mayHaveStreamed = true;
      if (step.content.length > 0)
        this.#around.transcript.append<AssistantEntry>({
          kind: 'assistant',
          turn: this.number,
          content: step.content,
        });
      return step;
    } catch (failure) {
      this.#keepStreamed(failure);
      throw failure;
    } finally {
      this.writing = undefined;
    }
  }

  /** The message that a failed call was streaming into is finished by the reply. */
  #keepStreamed(failure: unknown): void {
    const told = toldBy(failure);
    if (this.streamed) this.streamed = { receipt: this.streamed.receipt };
    else if (told.messageId !== undefined) this.streamed = { receipt: { messageId: told.messageId } };
    else if (told.mayHaveStreamed) this.mayHaveStreamed = true;
  }

  /** At least one: zero would mean without end. */
  #remainingMs(): number {
    return Math.max(1, this.#clock.remainingMs);
  }
}

function isTooLong(failure: unknown): boolean {
  const cause = failure instanceof ActivityFailure ? failure.cause : undefined;
  return cause instanceof ApplicationFailure && cause.type === FAILURE.contextTooLong;
}

/** What is known of a message that a failed model call began: told at its end, or by a heartbeat before it was lost. */
function toldBy(failure: unknown): Partial<Receipt> & { mayHaveStreamed?: boolean } {
  const cause = failure instanceof ActivityFailure ? failure.cause : undefined;
  if (cause instanceof ApplicationFailure && cause.details?.[0]) return cause.details[0];
  const beat =
    cause instanceof TimeoutFailure
      ? (cause.lastHeartbeatDetails as Partial<Receipt> | undefined)
      : undefined;
  return { mayHaveStreamed: true, ...beat };
}
