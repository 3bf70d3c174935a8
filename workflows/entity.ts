import { CancellationScope, condition, isCancellation, workflowInfo } from '@temporalio/workflow';
import { type Command, commandOf } from '../contract/commands.ts';
import type { InboundMessage } from '../contract/message.ts';
import type { ModelRequest, Usage } from '../contract/model-step.ts';
import type { ConversationSettings } from '../contract/settings.ts';
import type { ConversationView, DeliveryTarget, TranscriptView } from '../contract/signals.ts';
import {
  type ConversationStart,
  type ConversationState,
  FIRST_STATE,
  type QueuedMessage,
} from '../contract/state.ts';
import type { TaskAsks } from '../contract/task.ts';
import type { ReplyStatus, Shown } from '../contract/transcript.ts';
import { Approvals } from './approvals.ts';
import { obey } from './commands/commands.ts';
import { failureLine, unknownLine } from './failure-line.ts';
import { Inbox } from './inbox.ts';
import { KnownMessages } from './known-messages.ts';
import { Outbox } from './outbox.ts';
import type { Parts } from './parts.ts';
import { shouldContinueAsNew } from './run-length.ts';
import type { Delegator } from './start-task.ts';
import { Tasks } from './tasks.ts';
import { Transcript } from './transcript.ts';
import { Turn } from './turn.ts';
import { actsAtOnce, isFresh, isImmediateCommand, stopsTurn } from './urgency.ts';
import { Visibility } from './visibility.ts';

/** Entries shown in Temporal's UI. */
const GLANCE = 12;

/** What a conversation decides: which message is next, what a command does, when a turn ends and what the user sees of it. */
export class Entity implements Parts {
  readonly start: ConversationStart;
  readonly inbox: Inbox;
  readonly transcript: Transcript;
  readonly outbox: Outbox;
  readonly approvals: Approvals;
  readonly tasks: Tasks;
  chosen: ConversationState['chosen'];
  readonly #known: KnownMessages;
  readonly #visibility: Visibility;
  #usage: ConversationState['usage'];
  #turns: number;
  #turn: Turn | undefined;
  /** The turn that was last said to wait for an approver. */
  #saidToWait = 0;

  constructor(start: ConversationStart) {
    const state = { ...FIRST_STATE, ...start.state };
    const changed = () => this.#visibility.refresh();
    this.start = start;
    this.inbox = new Inbox(state.inbox, state.seen);
    this.transcript = new Transcript(state);
    this.#known = new KnownMessages(state.knownMessageIds);
    this.outbox = new Outbox({ start, transcript: this.transcript, known: this.#known, changed });
    this.approvals = new Approvals(state, {
      transcript: this.transcript,
      outbox: this.outbox,
      changed: () => this.#showStatus(),
    });
    this.tasks = new Tasks(state.tasks, {
      inbox: this.inbox,
      approvals: this.approvals,
      spend: (usage) => this.#spend(usage),
      changed,
    });
    this.#visibility = new Visibility(start.platform, () => ({
      ...this.view(this.transcript.seq),
      entries: this.transcript.latest(GLANCE),
    }));
    this.chosen = { ...state.chosen };
    this.#usage = state.usage;
    this.#turns = state.turns;
  }

  receive(message: InboundMessage, settings: ConversationSettings): void {
    if (message.messageId !== undefined) this.#known.record(message.messageId);
    this.inbox.receive(message, settings, Date.now());
  }

  /** One that is not this conversation's is not answered, and gives up by itself. */
  askForTask(asks: TaskAsks): void {
    this.approvals.askForTask(asks, this.#turns, () => this.tasks.ofWorkflow(asks));
  }

  hasSeen(id: string): boolean {
    return this.inbox.hasSeen(id);
  }

  view(after: number): ConversationView {
    return {
      status: this.#visibility.status,
      turns: this.#turns,
      seq: this.transcript.seq,
      waiting: this.inbox.waiting,
      running: [...(this.#turn?.running.values() ?? [])],
      usage: this.#usage,
      approvals: this.approvals.pending,
      tasks: this.tasks.running,
      entries: this.transcript.after(after),
      ...(this.#turn?.writing ? { writing: this.#turn.writing } : {}),
    };
  }

  transcriptFor({ upTo, turn }: Pick<ModelRequest, 'upTo' | 'turn'>): TranscriptView {
    // An attempt that was given up must not stream into the message of the turn after its own.
    if (turn !== this.#turn?.number) throw new Error(`turn ${turn} is over`);
    return {
      ...this.transcript.forModel(upTo),
      said: this.transcript.saidIn(turn),
      ...this.#turn.chosen,
      target: this.outbox.targetOf(this.#turn.answers, this.#turn),
    };
  }

  shown(seq: number): { entry: Shown; target: DeliveryTarget } {
    return this.outbox.shown(seq);
  }

  /** Takes message after message until this run's history is long. */
  async runUntilLong(): Promise<void> {
    const { historySize: startBytes } = workflowInfo();
    this.#visibility.setStatus('idle');
    while (!(shouldContinueAsNew(startBytes) && this.inbox.portable && this.outbox.settled)) {
      const [first, ...batch] = this.inbox.takeNext();
      const command = first && commandOf(first.message);
      if (first && command) await this.#obey(first, command);
      else if (first?.message.internal?.kind === 'notice') await this.#tell(first);
      else if (first) await this.#runTurn([first, ...batch]);
      else {
        this.#visibility.setStatus('idle');
        await condition(
          () => this.inbox.waiting > 0 || (shouldContinueAsNew(startBytes) && this.outbox.settled),
        );
      }
    }
  }

  carried(): ConversationState {
    return {
      version: 1,
      turns: this.#turns,
      usage: this.#usage,
      knownMessageIds: this.#known.ids,
      grants: this.approvals.grants,
      taskApprovals: this.approvals.ofTasks,
      tasks: this.tasks.carried,
      chosen: this.chosen,
      ...this.transcript.carried(),
      ...this.inbox.carried(),
    };
  }

  async #runTurn(messages: [QueuedMessage, ...QueuedMessage[]], alsoAnswers: string[] = []): Promise<void> {
    this.#turns += 1;
    const { settings } = messages[0];
    const turn = new Turn(this.#turns, messages, {
      conversation: workflowInfo().workflowId,
      keyPrefix: workflowInfo().firstExecutionRunId,
      transcript: this.transcript,
      chosen: { ...(settings.agent === undefined ? {} : { agent: settings.agent }), ...this.chosen },
      takeSteering: () => this.inbox.takeSteering(),
      approve: (request) => this.approvals.ask(request),
      whereTo: ({ answers }) => {
        const { inReplyTo, returnAddress } = this.outbox.targetOf(answers);
        return {
          ...(inReplyTo === undefined ? {} : { inReplyTo }),
          ...(returnAddress === undefined ? {} : { returnAddress }),
        };
      },
      perform: (call, by) => this.tasks.perform(call, this.#delegator(by)),
      changed: () => this.#visibility.refresh(),
      spend: (usage) => this.#spend(usage),
    });
    turn.answers.push(...alsoAnswers);
    this.#turn = turn;
    this.#showStatus();
    const { status, line } = await this.#endOf(turn);
    const said = this.transcript.saidIn(turn.number);
    // Nobody is left without what a task found because the model cannot word it.
    const reports = status === 'failed' ? turn.reports : [];
    const text = [said, ...turn.unknown.map(unknownLine), line, ...reports].filter(Boolean).join('\n\n');
    // What was streamed shows what the model said; it is complete only if that is all there is to say.
    const streamed = turn.streamed && text !== said ? { receipt: turn.streamed.receipt } : turn.streamed;
    const extras = status === 'answered' ? turn.extras.forReply() : {};
    const { number, answers } = turn;
    const entry = this.outbox.appendReply({ turn: number, status, text, answers, ...extras });
    await this.outbox.deliver({
      entry,
      deliveryId: turn.deliveryId,
      streamed,
      look: turn.mayHaveStreamed,
    });
    this.#turn = undefined;
  }

  /** Runs the turn's steps while commands and interruptions that act at once are obeyed. */
  async #endOf(turn: Turn): Promise<{ status: ReplyStatus; line: string }> {
    const scope = new CancellationScope();
    const steps = scope.run(() => turn.run());
    // The failure is handled below; until then it must not count as unhandled.
    steps.catch(() => {});
    let stoppedBy: 'stopped' | 'interrupted' = 'stopped';
    while (!turn.ended) {
      await condition(
        () => turn.ended || this.inbox.some(actsAtOnce) || isFresh(this.inbox.next, turn) || this.#owesAWord,
      );
      if (turn.ended || scope.consideredCancelled) break;
      const urgent = this.inbox.takeFirst(isImmediateCommand);
      const command = urgent && commandOf(urgent.message);
      if (urgent && command && stopsTurn(command)) {
        if (command.argument !== '') await this.tasks.stop();
        this.transcript.appendMessage(turn.number, urgent, true);
        turn.answers.push(urgent.message.id);
        scope.cancel();
      } else if (urgent && command) {
        await this.#obey(urgent, command);
      } else if (this.inbox.some(actsAtOnce) || isFresh(this.inbox.next, turn)) {
        stoppedBy = 'interrupted';
        scope.cancel();
      } else {
        await this.#sayThatItWaits(turn);
      }
    }
    try {
      await steps;
      return { status: 'answered', line: '' };
    } catch (failure) {
      // What fails because it was stopped, failed by the user's wish.
      if (isCancellation(failure) || scope.consideredCancelled)
        return {
          status: stoppedBy,
          line: stoppedBy === 'stopped' ? 'Stopped.' : 'Stopped here for your next message.',
        };
      const reference = `${workflowInfo().firstExecutionRunId.slice(0, 8)}-${turn.number}`;
      return { status: 'failed', line: failureLine(failure, reference) };
    }
  }

  /** Somebody writes while the turn waits for an approver, perhaps for days: told once in a turn. */
  get #owesAWord(): boolean {
    if (this.#saidToWait === this.#turns || !this.approvals.ofTurn) return false;
    return this.inbox.some(({ message }) => commandOf(message) === undefined && !message.internal);
  }

  async #sayThatItWaits(turn: Turn): Promise<void> {
    const pending = this.approvals.ofTurn;
    if (!pending) return;
    this.#saidToWait = turn.number;
    const text = `I wait for an approver first (\`${pending.tool}\`). What you wrote is kept and comes next; \`/stop\` ends the waiting.`;
    await this.outbox.say(text, [], turn.number);
  }

  async #tell(notice: QueuedMessage): Promise<void> {
    this.transcript.appendMessage(this.#turns, notice, true);
    await this.outbox.say(notice.message.text, [notice.message.id], this.#turns);
  }

  async #obey(queued: QueuedMessage, command: Command): Promise<void> {
    this.transcript.appendMessage(this.#turns, queued, true);
    const result = await obey(command, queued, this);
    const answers = [queued.message.id];
    if ('turn' in result) await this.#runTurn(result.turn, answers);
    else if (result.shown)
      this.outbox.appendReply({ turn: this.#turns, status: 'command', text: result.text, answers });
    else await this.outbox.say(result.text, answers, this.#turns);
  }

  /** Whose message a turn's calls go by. */
  #delegator({ answers, settings, chosen }: Turn): Delegator {
    const { returnAddress } = this.outbox.targetOf(answers);
    const sender = this.transcript.latestUser()?.sender;
    return {
      conversation: workflowInfo().workflowId,
      depth: 0,
      chosen,
      asked: { settings, ...(sender ? { sender } : {}), ...(returnAddress ? { returnAddress } : {}) },
    };
  }

  #spend({ inputTokens, outputTokens }: Usage): void {
    this.#usage = {
      inputTokens: this.#usage.inputTokens + inputTokens,
      outputTokens: this.#usage.outputTokens + outputTokens,
    };
  }

  #showStatus(): void {
    if (this.#turn) this.#visibility.setStatus(this.approvals.ofTurn ? 'awaiting-approval' : 'running');
    this.#visibility.refresh();
  }
}
