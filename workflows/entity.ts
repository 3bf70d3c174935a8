import { ActivityFailure, condition, workflowInfo } from '@temporalio/workflow';
import { type Command, commandOf } from '../contract/commands.ts';
import type { Healing } from '../contract/healing.ts';
import { dueOf, type InboundMessage } from '../contract/message.ts';
import type { ModelRequest } from '../contract/model-step.ts';
import type { Origin } from '../contract/origin.ts';
import { PERSON, type Place } from '../contract/place.ts';
import type { Queues } from '../contract/queues.ts';
import type { Written } from '../contract/schema.ts';
import type { ConversationSettings } from '../contract/settings.ts';
import {
  type ConversationView,
  type DeliveryTarget,
  type TranscriptView,
  transcript as transcriptQuery,
} from '../contract/signals.ts';
import {
  CONVERSATION_STATE,
  type ConversationStart,
  type ConversationState,
  FIRST_STATE,
  type QueuedMessage,
} from '../contract/state.ts';
import type { TaskAsks } from '../contract/task.ts';
import type { Shown } from '../contract/transcript.ts';
import { Charges } from './access/charges.ts';
import { Doorman } from './access/doorman.ts';
import { Approvals } from './approvals/approvals.ts';
import { attendTurn } from './attend-turn.ts';
import { obey } from './commands/commands.ts';
import type { CommandResult } from './commands/handler.ts';
import { Compaction } from './context/compaction.ts';
import { ResetPolicy } from './context/reset-policy.ts';
import { Spending } from './context/spending.ts';
import { failureLine, referenceOf, unknownLine } from './failure-line.ts';
import { handOver, tellOfNews } from './hand-over.ts';
import { Healings, settle } from './healings.ts';
import { Inbox } from './inbox.ts';
import { KnownMessages } from './known-messages.ts';
import { countTurn } from './meters.ts';
import { Outbox } from './outbox.ts';
import type { Parts } from './parts.ts';
import { Places } from './places.ts';
import { shouldContinueAsNew } from './run-length.ts';
import { lateLine } from './schedules/lateness.ts';
import { noteSender } from './senders.ts';
import { Tasks } from './tasks/tasks.ts';
import { inTrace, traceTurn } from './trace.ts';
import { Transcript } from './transcript.ts';
import { Turn } from './turn.ts';
import { isNotice } from './urgency.ts';
import { Visibility } from './visibility.ts';

/** Entries shown in Temporal's UI. */
const GLANCE = 12;

interface TurnOptions {
  /** Event ids that its reply answers besides. */
  alsoAnswers?: string[];
  note?: string | undefined;
}

/** What a conversation decides: which message is next, what a command does, when a turn ends and what the user sees of it. */
export class Entity implements Parts {
  readonly start: ConversationStart;
  readonly inbox: Inbox;
  readonly transcript: Transcript;
  readonly outbox: Outbox;
  readonly approvals: Approvals;
  readonly tasks: Tasks;
  readonly compaction: Compaction;
  readonly spending: Spending;
  chosen: ConversationState['chosen'];
  readonly #doorman: Doorman;
  readonly #places: Places;
  readonly #known: KnownMessages;
  readonly #visibility: Visibility;
  readonly #policy: ResetPolicy;
  readonly #healings: Healings;
  /** As the latest message that came from outside said; what waits meanwhile for its delivery is put there. */
  #queues: Queues;
  #turns: number;
  #turn: Turn | undefined;
  /** When the turn before ended, in ms since the epoch; 0 if that was in another run. */
  #freeSince = 0;
  /** Bytes of history that this run began with. */
  readonly #startBytes = workflowInfo().historySize;

  constructor(start: ConversationStart) {
    const state = start.state === undefined ? FIRST_STATE : CONVERSATION_STATE.read(start.state);
    const changed = () => this.#visibility.refresh();
    this.start = start;
    this.inbox = new Inbox(state.inbox, state.seen, (queued) => this.#doorman.meet(queued));
    this.#healings = new Healings(this.inbox);
    this.transcript = new Transcript(state);
    this.#known = new KnownMessages(state.knownMessageIds);
    this.#places = new Places(start.platform, state.places);
    this.outbox = new Outbox({
      start,
      transcript: this.transcript,
      known: this.#known,
      places: this.#places,
      queues: () => this.#queues,
      isWriting: () => this.#turn?.writing !== undefined,
      changed,
    });
    this.#doorman = new Doorman(state.door, {
      start,
      inbox: this.inbox,
      transcript: this.transcript,
      outbox: this.outbox,
      turns: () => this.#turns,
      isLeaving: () => this.#turn === undefined && this.#mayEnd,
    });
    this.approvals = new Approvals(state, {
      transcript: this.transcript,
      outbox: this.outbox,
      changed: () => this.#showStatus(),
    });
    this.spending = new Spending(state);
    this.compaction = new Compaction(state.compaction, {
      transcript: this.transcript,
      changed,
    });
    this.tasks = new Tasks(state.tasks, {
      // What it was delegated under may be older than where work is put now.
      receive: (message, settings) => this.receive(message, { ...settings, queues: this.#queues }),
      approvals: this.approvals,
      spend: (usage) => this.spending.add(usage),
      changed,
    });
    this.#policy = new ResetPolicy(state.heard);
    this.#visibility = new Visibility(start.platform, () => ({
      ...this.view(this.transcript.seq),
      entries: this.transcript.latest(GLANCE),
    }));
    this.chosen = { ...state.chosen };
    this.#queues = state.queues ?? 'one';
    this.#turns = state.turns;
  }

  receive(message: InboundMessage, settings: ConversationSettings): void {
    if (this.#turn) tellOfNews();
    const { messageId, place } = message;
    this.#queues = settings.queues ?? 'one';
    if (messageId !== undefined) this.#known.record(messageId, place);
    noteSender(message.sender);
    const after = message.internal ? this.#known.at(this.#places.latest).at(-1) : undefined;
    this.inbox.receive(this.#places.locate(message), settings, Date.now(), after);
  }

  get places(): Place[] {
    return this.#places.all;
  }

  /** Says of messages that they are not run (again). A handler's work: it only sets them aside. */
  heal(healing: Healing): void {
    this.tasks.adopt(healing.tasks);
    const { again, healed } = healing;
    const ofTurn = healed.find((one) => this.#turn?.isMeantBy(one));
    if (ofTurn) this.#turn?.abandon(ofTurn, this.inbox.setAside(ofTurn.answers));
    if (this.#turn && again.includes(this.#turn.number)) this.#turn.mayHaveStreamed = true;
    this.#healings.note({ ...healing, healed: healed.filter((one) => one !== ofTurn) }, this.#turns);
  }

  /** One that is not this conversation's is not answered, and gives up by itself. */
  askForTask(asks: TaskAsks): void {
    this.approvals.askForTask(asks, this.#turns, () => this.tasks.ofWorkflow(asks));
  }

  hasSeen(id: string): boolean {
    return this.inbox.hasSeen(id);
  }

  view(after: number): ConversationView {
    const { continuedFromExecutionRunId: runBefore } = workflowInfo();
    return {
      status: this.#visibility.status,
      turns: this.#turns,
      seq: this.transcript.seq,
      waiting: this.inbox.waiting,
      running: [...(this.#turn?.running.values() ?? [])],
      usage: this.spending.total,
      usageByDay: this.spending.days,
      approvals: this.approvals.pending,
      tasks: this.tasks.running,
      entries: this.transcript.after(after),
      ...(this.#turn?.writing ? { writing: this.#turn.writing } : {}),
      ...(runBefore !== undefined && this.transcript.lacks(after) ? { runBefore } : {}),
    };
  }

  transcriptFor({ upTo, turn }: Pick<ModelRequest, 'upTo' | 'turn'>): TranscriptView {
    // An attempt that was given up must not stream into the message of the turn after its own.
    if (turn !== this.#turn?.number) throw new Error(`turn ${turn} is over`);
    const target = this.outbox.targetOf(this.#turn.answers, this.#turn);
    return {
      ...this.transcript.forModel(upTo),
      said: this.transcript.saidIn(turn),
      ...this.#turn.chosen,
      ...this.#turn.writer,
      key: this.#turn.key,
      target: this.outbox.isSending ? { ...target, othersOnTheirWay: true } : target,
    };
  }

  shown(seq: number): { entry: Shown; target: DeliveryTarget } {
    return this.outbox.shown(seq);
  }

  /** On whose behalf the running turn acts. */
  get origin(): Origin | undefined {
    return this.#turn && this.#originOf(this.#turn);
  }

  /** Takes message after message until this run's history is long. */
  async runUntilLong(): Promise<void> {
    await Promise.race([this.#takeMessages(), this.#doorman.stand(), this.inbox.stand()]);
  }

  async #takeMessages(): Promise<void> {
    this.#visibility.setStatus('idle');
    while (!this.#mayEnd || this.#doorman.isBusy) {
      const healed = this.#healings.take();
      if (healed) {
        this.#turns = Math.max(this.#turns, healed.healed.turn ?? 0);
        await settle(healed, this.#turns, this);
        continue;
      }
      const [first, ...batch] = this.inbox.takeNext();
      const command = first && commandOf(first.message);
      if (first && command) await this.#obey(first, command);
      else if (first && isNotice(first)) await this.#tell(first);
      else if (first) await this.#answer([first, ...batch]);
      else {
        this.#visibility.setStatus('idle');
        await condition(
          () =>
            this.inbox.next !== undefined ||
            !this.#healings.areSettled ||
            (this.#mayEnd && !this.#doorman.isBusy),
        );
      }
    }
  }

  /** Whether the state may go on to a new run, as far as the doorman does not wait for an answer. */
  get #mayEnd(): boolean {
    const { inbox, outbox } = this;
    const isSettled = !inbox.hasArrivals && this.#healings.areSettled && outbox.settled;
    return isSettled && shouldContinueAsNew(this.#startBytes) && inbox.portable;
  }

  carried(): ConversationState & Written {
    return CONVERSATION_STATE.write({
      turns: this.#turns,
      knownMessageIds: this.#known.ids,
      grants: [...this.approvals.grants],
      taskApprovals: this.approvals.ofTasks,
      tasks: this.tasks.carried,
      chosen: this.chosen,
      door: this.#doorman.carriedAt(Date.now()),
      places: this.#places.all,
      ...(this.#queues === 'one' ? {} : { queues: this.#queues }),
      compaction: this.compaction.carried(),
      ...this.spending.carried(),
      ...this.#policy.carried(),
      ...this.transcript.carried(),
      ...this.inbox.carried(),
    });
  }

  /** A turn, before which the operator's policy may have the conversation start afresh. */
  async #answer(messages: [QueuedMessage, ...QueuedMessage[]]): Promise<void> {
    const reset = this.transcript.isEmpty ? undefined : this.#policy.resetBy(messages);
    if (reset !== undefined) this.startAfresh();
    await this.#runTurn(messages, { note: reset });
  }

  startAfresh(): void {
    this.transcript.startAfresh();
    this.compaction.forget();
    this.approvals.revoke();
  }

  async #runTurn(messages: [QueuedMessage, ...QueuedMessage[]], options: TurnOptions): Promise<void> {
    this.#turns += 1;
    this.spending.turnBegins();
    this.#policy.hear(messages);
    const span = `${workflowInfo().firstExecutionRunId}.t${this.#turns}`;
    await inTrace(messages[0], span, () => this.#attend(messages, options));
  }

  async #attend(
    messages: [QueuedMessage, ...QueuedMessage[]],
    { alsoAnswers = [], note }: TurnOptions,
  ): Promise<void> {
    const { settings } = messages[0];
    const charges = new Charges(this.start, messages);
    const turn = new Turn(this.#turns, messages, {
      platform: this.start.platform,
      conversation: workflowInfo().workflowId,
      keyPrefix: workflowInfo().firstExecutionRunId,
      transcript: this.transcript,
      compaction: this.compaction,
      chosen: { ...(settings.agent === undefined ? {} : { agent: settings.agent }), ...this.chosen },
      takeSteering: () => {
        const taken = this.inbox.takeSteering();
        this.#policy.hear(taken);
        return charges.read(taken);
      },
      handOver: (asked) =>
        handOver(transcriptQuery, [asked], {
          queues: settings.queues,
          answer: () => this.transcriptFor(asked),
        }),
      approve: (request) => this.approvals.ask(request),
      whereTo: ({ answers }) => {
        const { platform, conversation, inReplyTo, returnAddress } = this.outbox.targetOf(answers);
        return {
          ...(this.start.platform === PERSON ? { place: { platform, conversation } } : {}),
          ...(inReplyTo === undefined ? {} : { inReplyTo }),
          ...(returnAddress === undefined ? {} : { returnAddress }),
        };
      },
      sent: (messageId, { answers }) => this.outbox.recordShown(answers, [messageId]),
      perform: (call, { chosen }) =>
        this.tasks.perform(call, {
          conversation: workflowInfo().workflowId,
          depth: 0,
          chosen,
          origin: this.#originOf(turn),
        }),
      mayGoOn: true,
      changed: () => this.#visibility.refresh(),
      spend: (usage) => {
        charges.add(usage);
        this.spending.add(usage);
      },
    });
    turn.answers.push(...alsoAnswers);
    turn.mayHaveStreamed = this.#healings.hasBegun(turn.number);
    turn.note = note;
    this.#turn = turn;
    this.#showStatus();
    const { inbox, transcript, outbox, approvals, tasks } = this;
    const { status, line } = await attendTurn(turn, {
      inbox,
      transcript,
      outbox,
      approvals,
      tasks,
      obey: (queued, command) => this.#obey(queued, command),
      tell: (notice) => this.#tell(notice),
    });
    this.outbox.inBackground(() => charges.report());
    const said = this.transcript.saidIn(turn.number);
    // Nobody is left without what a task found because the model cannot word it.
    const reports = status === 'failed' ? turn.reports : [];
    const lines = [...turn.unknown.map(unknownLine), ...turn.late.map(lateLine), line, turn.note, ...reports];
    const text = [said, ...lines].filter(Boolean).join('\n\n');
    // What was streamed shows what the model said; it is complete only if that is all there is to say.
    const streamed = turn.streamed && text !== said ? { receipt: turn.streamed.receipt } : turn.streamed;
    const extras = status === 'answered' ? turn.extras.forReply() : {};
    const { number, answers } = turn;
    const { turn: usage } = this.spending;
    const entry = this.outbox.appendReply({ turn: number, status, text, answers, ...extras, usage });
    this.spending.turnEnds();
    this.#policy.answered(messages);
    const { shown } = turn.abandoned ?? {};
    if (shown) this.outbox.recordShown(answers, shown);
    else
      await this.outbox.deliver({
        entry,
        deliveryId: turn.deliveryId,
        streamed,
        look: turn.mayHaveStreamed,
        sentAfter: turn.sentAfter,
      });
    countTurn({
      platform: this.start.platform,
      status,
      first: messages[0],
      turn,
      freeSince: this.#freeSince,
    });
    traceTurn(messages[0], turn, status);
    this.#freeSince = Date.now();
    this.#turn = undefined;
  }

  async #tell(notice: QueuedMessage): Promise<void> {
    const { id, text, internal } = this.transcript.appendMessage(this.#turns, notice, true);
    const due = dueOf(internal);
    const lines = due ? [`⏰ ${text}`, ...(due.late === undefined ? [] : [lateLine(due.late)])] : [text];
    await this.#say(lines.join('\n\n'), [id]);
  }

  /** A running turn goes on meanwhile: an approver's word must not wait for a platform that is away. */
  async #say(text: string, answers: string[]): Promise<void> {
    const said = this.outbox.say(text, answers, this.#turns);
    if (this.#turn) this.outbox.inBackground(() => said);
    else await said;
  }

  async #obey(queued: QueuedMessage, command: Command): Promise<void> {
    await inTrace(queued, undefined, () => this.#carryOut(queued, command));
  }

  async #carryOut(queued: QueuedMessage, command: Command): Promise<void> {
    this.transcript.appendMessage(this.#turns, queued, true);
    const answers = [queued.message.id];
    const result = await obey(command, queued, this).catch((failure: unknown): CommandResult => {
      // Anything else is a fault of this version, and is tried again by the next.
      if (failure instanceof ActivityFailure) return { text: failureLine(failure, referenceOf(this.#turns)) };
      throw failure;
    });
    if ('turn' in result) await this.#runTurn(result.turn, { alsoAnswers: answers });
    else if (result.shown)
      this.outbox.appendReply({ turn: this.#turns, status: 'command', text: result.text, answers });
    else await this.#say(result.text, answers);
  }

  #originOf({ answers, settings, writer }: Turn): Origin {
    const { returnAddress } = this.outbox.targetOf(answers);
    const sender = this.transcript.latestUser()?.sender;
    return {
      settings,
      ...(sender ? { sender } : {}),
      ...(writer.group ? { group: writer.group } : {}),
      ...(returnAddress ? { returnAddress } : {}),
    };
  }

  #showStatus(): void {
    if (this.#turn) this.#visibility.setStatus(this.approvals.ofTurn ? 'awaiting-approval' : 'running');
    this.#visibility.refresh();
  }
}
