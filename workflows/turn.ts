import { CancellationScope, CancelledFailure } from '@temporalio/workflow';
import type { ApprovalOutcome } from '../contract/approval.ts';
import type { StreamedPart } from '../contract/delivery.ts';
import type { Healed } from '../contract/healing.ts';
import { dueOf, type TaskInternal } from '../contract/message.ts';
import type { ModelRequest, ModelStep, Usage } from '../contract/model-step.ts';
import { personOf } from '../contract/person.ts';
import { type Place, samePlace } from '../contract/place.ts';
import type { ConversationSettings } from '../contract/settings.ts';
import type { RunningCall } from '../contract/signals.ts';
import type { ConversationState, QueuedMessage } from '../contract/state.ts';
import { callKey, type PlannedCall, type ToolRun, type WorkflowCall } from '../contract/tool-call.ts';
import {
  type AssistantEntry,
  type ToolCallPart,
  type ToolEntry,
  toolCallsOf,
  toolEntriesOf,
} from '../contract/transcript.ts';
import { modelActivity } from './activities.ts';
import type { ApprovalRequest } from './approvals/approvals.ts';
import type { Compacting, Compaction } from './context/compaction.ts';
import { isTooLong, toldBy } from './failed-model-call.ts';
import { BudgetSpent } from './failure-line.ts';
import { countToolCall, countUsage } from './meters.ts';
import { ReplyExtras } from './reply-extras.ts';
import { isFull } from './run-length.ts';
import { denied, runToolCall, type ToolResult } from './tool-call.ts';
import { transcribeVoices } from './transcribe-voices.ts';
import type { Transcript } from './transcript.ts';
import { TurnClock } from './turn-clock.ts';

/** A turn that takes longer is seen to go on. */
const MOST_FURTHER = 4;

/** What a turn needs of its conversation. */
export interface TurnSurroundings {
  platform: string;
  /** Workflow id. */
  conversation: string;
  /** Begins every idempotency key and delivery id of this conversation. */
  keyPrefix: string;
  transcript: Transcript;
  compaction: Compaction;
  /** The agent and the model that answer, if not the default ones. */
  chosen: ConversationState['chosen'];
  takeSteering(): QueuedMessage[];
  /** Spares the model's activity its query. */
  handOver(asked: Pick<ModelRequest, 'upTo' | 'turn'>): void;
  /** Has an approver decide; throws if the turn is stopped meanwhile. */
  approve(request: ApprovalRequest): Promise<{ outcome: ApprovalOutcome; by?: string }>;
  /** What the platform needs to show that this turn is being worked on; or the task that it is. */
  whereTo(turn: Turn): Pick<ToolRun, 'place' | 'inReplyTo' | 'returnAddress' | 'task'>;
  /** A message of the turn's reply is there, under the platform's id. */
  sent(messageId: string, turn: Turn): void;
  /** Does what a call asks of the workflow itself. Never throws. */
  perform(call: WorkflowCall, turn: Turn): Promise<ToolResult>;
  /** Whether the model's activity may take several steps. */
  mayGoOn: boolean;
  spend(usage: Usage): void;
  /** Called when there is something new to see. */
  changed(): void;
}

/** One turn: from its messages to the end of its last step. The reply is delivered by whoever runs it. */
export class Turn {
  readonly number: number;
  readonly chosen: ConversationState['chosen'];
  /** In ms since the epoch. */
  readonly startedAt: number;
  /** Those of its first message, under which it runs. */
  readonly settings: ConversationSettings;
  /** Event ids of the messages that this turn answers. */
  readonly answers: string[] = [];
  /** Reports of tasks among them. */
  readonly reports: string[] = [];
  /** Gateways that want live deltas. */
  readonly live: string[] = [];
  /** Who wrote the latest message, and whether in a group. */
  writer: Pick<ToolRun, 'person' | 'group'> = {};
  readonly running = new Map<string, RunningCall>();
  /** Tools whose outcome is unknown: the user is told, whatever the model says. */
  readonly unknown: string[] = [];
  /** What was told late: the user is told so, whatever the model says. */
  readonly late: string[] = [];
  readonly extras = new ReplyExtras();
  /** What the reply tells besides what the model says. */
  note: string | undefined;
  streamed: StreamedPart | undefined;
  /** A message may have been streamed without being recorded. */
  mayHaveStreamed = false;
  /** That one was sent after this message, where that is known. */
  sentAfter: string | undefined;
  /** Set if it is not to go on: how it ends instead. */
  abandoned: (Healed & { messages: QueuedMessage[] }) | undefined;
  /** Its last step has ended, one way or another. */
  ended = false;
  /** Milliseconds that were not holdfast's: of models, tools and approvers. */
  elsewhereMs = 0;
  /** The step that the model is writing. */
  writing: { turn: number; step: number } | undefined;
  #step = 0;
  /** Where its latest message was written, and how often that changed. */
  #place: Place | undefined;
  #moves = 0;
  readonly #clock: TurnClock;
  readonly #around: TurnSurroundings;

  constructor(number: number, messages: [QueuedMessage, ...QueuedMessage[]], around: TurnSurroundings) {
    this.number = number;
    this.chosen = around.chosen;
    this.settings = messages[0].settings;
    this.startedAt = Date.now();
    this.#clock = new TurnClock(this.settings.limits.seconds);
    this.#around = around;
    this.#read(messages);
  }

  /** Names its reply's first message; at another place that is another message. */
  get deliveryId(): string {
    return this.#moves === 0 ? this.key : `${this.key}.p${this.#moves}`;
  }

  /** Begins the idempotency keys of its calls. */
  get key(): string {
    return `${this.#around.keyPrefix}.t${this.number}`;
  }

  /** Whether its reply is seen at this place. */
  isSeenAt(place: Place | undefined): boolean {
    return samePlace(this.#place, place);
  }

  isMeantBy({ turn, answers }: Healed): boolean {
    return !this.abandoned && (turn === this.number || this.answers.some((id) => answers.includes(id)));
  }

  /** It does not go on, because it cannot, or because it went on in a part of the history that was given up. */
  abandon(healed: Healed, messages: QueuedMessage[]): void {
    this.abandoned = { ...healed, messages };
    this.unknown.push(...(healed.unknown ?? []));
    if (healed.said !== undefined) this.mayHaveStreamed = true;
  }

  /** Nobody looks at a result any more once the turn is abandoned: it may be what it cannot go on with. */
  async #unlessAbandoned<T>(result: Promise<T>): Promise<T> {
    const got = await result;
    if (this.abandoned) throw new CancelledFailure('the turn was given up');
    return got;
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
      await transcribeVoices(this.#around, {
        remainingMs: () => Math.max(1, Math.floor(this.#clock.remainingMs / 2)),
        queues: this.settings.queues,
      });
      const step = await this.#callModel();
      const calls = toolCallsOf(step.content);
      const planned = new Map(step.calls.map((call) => [call.id, call]));
      if (!step.results) {
        const began = Date.now();
        await Promise.all(
          calls.map(async (call, index) => this.#runCall(call, planned.get(call.toolCallId), index)),
        );
        this.elsewhereMs += Date.now() - began;
      }
      // What is said is said: a stop that comes now is too late.
      if (step.replied) return;
      if (step.stopped || CancellationScope.current().consideredCancelled)
        throw new CancelledFailure('the turn was stopped');
      if (calls.length === 0) return;
      this.#read(this.#around.takeSteering());
    }
  }

  async #runCall(call: ToolCallPart, planned: PlannedCall | undefined, index: number): Promise<void> {
    const place = this.extras.place();
    this.running.set(call.toolCallId, { callId: call.toolCallId, name: call.toolName });
    this.#around.changed();
    const { output, outcome, unknown, ...extras } = await this.#unlessAbandoned(
      this.#resultOf(call, planned, index),
    ).finally(() => this.running.delete(call.toolCallId));
    countToolCall(planned && 'refused' in planned ? undefined : call.toolName, outcome);
    this.unknown.push(...(outcome === 'unknown' ? [call.toolName] : (unknown ?? [])));
    this.#around.transcript.append<ToolEntry>({
      kind: 'tool',
      turn: this.number,
      callId: call.toolCallId,
      name: call.toolName,
      output: [output, ...this.extras.add(extras, place)].join('\n'),
      outcome,
    });
  }

  async #resultOf(
    call: ToolCallPart,
    planned: PlannedCall = { id: call.toolCallId, refused: 'This call was not planned.' },
    index: number,
  ): Promise<ToolResult> {
    if ('workflow' in planned) return this.#around.perform(planned.workflow, this);
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
      idempotencyKey: callKey({ turnKey: this.key, step: this.#step, index }),
      ...(agent === undefined ? {} : { agent }),
      ...(sender ? { sender } : {}),
      ...this.writer,
      ...(this.live.length > 0 ? { live: this.live } : {}),
      ...this.#around.whereTo(this),
    };
    const { queues } = this.settings;
    return runToolCall(call, planned, run, { remainingMs: this.#remainingMs(), queues });
  }

  #read(messages: QueuedMessage[]): void {
    for (const queued of messages) {
      const { id, live, place, group, text, internal } = queued.message;
      const notes = internal?.kind === 'task' ? this.#takeOver(internal, text) : [];
      const message = { ...queued.message, text: [text, ...notes].join('\n') };
      const entry = this.#around.transcript.appendMessage(this.number, { ...queued, message });
      const late = dueOf(entry.internal)?.late;
      if (late !== undefined) this.late.push(late);
      this.#moveTo(place);
      const person = personOf(place?.platform ?? this.#around.platform, queued);
      this.answers.push(id);
      this.writer = { ...(person === undefined ? {} : { person }), ...(group ? { group } : {}) };
      if (live !== undefined && !this.live.includes(live)) this.live.push(live);
    }
  }

  /** The reply goes to where the latest message was written. What was streamed elsewhere stays there as it is. */
  #moveTo(place: Place | undefined): void {
    if (!place || samePlace(this.#place, place)) return;
    if (this.#place) {
      this.#moves += 1;
      this.streamed = undefined;
      this.mayHaveStreamed = false;
      this.sentAfter = undefined;
    }
    this.#place = place;
  }

  /** What a task leaves to this turn's reply. Returns what the model is to be told of files that cannot go along. */
  #takeOver({ unknown = [], kind: _, id: __, ...extras }: TaskInternal, report: string): string[] {
    this.reports.push(report);
    this.unknown.push(...unknown);
    return this.extras.add(extras);
  }

  async #callModel(): Promise<ModelStep> {
    this.#step += 1;
    const { limits } = this.settings;
    if (this.#step > limits.steps) throw new BudgetSpent('steps', limits);
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
    const { conversation, spend } = this.#around;
    const { number: turn, chosen } = this;
    const { queues } = this.settings;
    return { conversation, turn, remainingMs, queues, spend, ...chosen, ...this.#around.whereTo(this) };
  }

  async #tryModel(): Promise<ModelStep> {
    const { limits, queues } = this.settings;
    if (this.#clock.remainingMs <= 0) throw new BudgetSpent('seconds', limits);
    if (isFull()) throw new BudgetSpent('history', limits);
    const call = modelActivity({
      attempts: limits.failures,
      remainingMs: this.#remainingMs(),
      queues,
      summary: `turn ${this.number}, step ${this.#step}`,
    });
    this.writing = { turn: this.number, step: this.#step };
    const { conversation, transcript } = this.#around;
    const asked = { upTo: transcript.seq, turn: this.number };
    const further = this.#further();
    try {
      this.#around.handOver(asked);
      const step = await this.#unlessAbandoned(
        call({
          conversation,
          ...asked,
          step: this.#step,
          ...(this.#saysMore ? {} : { mayReply: true as const }),
          ...(further > 0 ? { further } : {}),
        }),
      );
      const { before = [], ...last } = step;
      for (const one of [...before, last]) this.#take(one);
      this.#step += before.length;
      return last;
    } catch (failure) {
      this.#keepStreamed(failure);
      throw failure;
    } finally {
      this.writing = undefined;
    }
  }

  #take(step: ModelStep): void {
    const { transcript, spend, compaction } = this.#around;
    spend(step.usage);
    countUsage(step.model, step.usage);
    this.elsewhereMs += step.tookMs ?? 0;
    compaction.note(step);
    if (step.streamed) this.#stream(step.streamed);
    if (step.mayHaveStreamed) this.#doubt(step);
    const { content, results } = step;
    if (content.length > 0)
      transcript.append<AssistantEntry>({ kind: 'assistant', turn: this.number, content });
    for (const entry of results ? toolEntriesOf(content, results, this.number) : []) {
      countToolCall(entry.name, entry.outcome);
      transcript.append<ToolEntry>(entry);
    }
  }

  /** Steps that may follow in the same activity: none where somebody watches each, or where tools have workers of their own. */
  #further(): number {
    const { queues, limits } = this.settings;
    if (queues === 'split' || this.live.length > 0 || !this.#around.mayGoOn) return 0;
    return Math.min(MOST_FURTHER, limits.steps - this.#step);
  }

  /** The message that a failed call was streaming into is finished by the reply. */
  #keepStreamed(failure: unknown): void {
    const told = toldBy(failure);
    const messageId = this.streamed?.receipt.messageId ?? told.messageId;
    if (messageId !== undefined) this.#stream({ receipt: { messageId } });
    else if (told.mayHaveStreamed) this.#doubt(told);
  }

  #doubt({ sentAfter }: Pick<ModelStep, 'sentAfter'>): void {
    this.mayHaveStreamed = true;
    this.sentAfter ??= sentAfter;
  }

  /** It is known from now on: what is sent meanwhile must not be looked for in it. */
  #stream(part: StreamedPart): void {
    this.streamed = part;
    this.#around.sent(part.receipt.messageId, this);
  }

  /** There is something to tell with the reply that the model does not say. */
  get #saysMore(): boolean {
    const { note, unknown, late, extras } = this;
    return note !== undefined || unknown.length > 0 || late.length > 0 || !extras.isEmpty;
  }

  /** At least one: zero would mean without end. */
  #remainingMs(): number {
    return Math.max(1, this.#clock.remainingMs);
  }
}
