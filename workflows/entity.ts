import { CancellationScope, condition, isCancellation, workflowInfo } from '@temporalio/workflow';
import type { InboundMessage } from '../contract/message.ts';
import type { ModelRequest } from '../contract/model-step.ts';
import type { ConversationSettings } from '../contract/settings.ts';
import type { ConversationView, DeliveryTarget, TranscriptView } from '../contract/signals.ts';
import {
  type ConversationStart,
  type ConversationState,
  FIRST_STATE,
  type QueuedMessage,
} from '../contract/state.ts';
import type { ReplyEntry, ReplyStatus } from '../contract/transcript.ts';
import { answerTo, type Command, commandOf } from './commands.ts';
import { deliverReply, type ReplyDelivery } from './deliver-reply.ts';
import { deliveryTarget, type TargetSource } from './delivery-target.ts';
import { failureLine, unknownLine } from './failure-line.ts';
import { Inbox } from './inbox.ts';
import { KnownMessages } from './known-messages.ts';
import { shouldContinueAsNew } from './run-length.ts';
import { Transcript } from './transcript.ts';
import { Turn } from './turn.ts';
import { actsAtOnce, isFresh, isImmediateCommand } from './urgency.ts';
import { Visibility } from './visibility.ts';

/** Entries shown in Temporal's UI. */
const GLANCE = 12;

/** What a conversation decides: which message is next, what a command does, when a turn ends and what the user sees of it. */
export class Entity {
  readonly #start: ConversationStart;
  readonly #inbox: Inbox;
  readonly #transcript: Transcript;
  readonly #known: KnownMessages;
  readonly #visibility: Visibility;
  #usage: ConversationState['usage'];
  #turns: number;
  #turn: Turn | undefined;

  constructor(start: ConversationStart) {
    const state = start.state ?? FIRST_STATE;
    this.#start = start;
    this.#inbox = new Inbox(state.inbox, state.seen);
    this.#transcript = new Transcript(state);
    this.#known = new KnownMessages(state.knownMessageIds);
    this.#visibility = new Visibility(start.platform, () => ({
      ...this.view(this.#transcript.seq),
      entries: this.#transcript.latest(GLANCE),
    }));
    this.#usage = state.usage;
    this.#turns = state.turns;
  }

  receive(message: InboundMessage, settings: ConversationSettings): void {
    if (message.messageId !== undefined) this.#known.record(message.messageId);
    this.#inbox.receive(message, settings, Date.now());
  }

  hasSeen(id: string): boolean {
    return this.#inbox.hasSeen(id);
  }

  view(after: number): ConversationView {
    return {
      status: this.#visibility.status,
      turns: this.#turns,
      seq: this.#transcript.seq,
      waiting: this.#inbox.waiting,
      running: [...(this.#turn?.running.values() ?? [])],
      usage: this.#usage,
      entries: this.#transcript.after(after),
      ...(this.#turn?.writing ? { writing: this.#turn.writing } : {}),
    };
  }

  transcriptFor({ upTo, turn }: Pick<ModelRequest, 'upTo' | 'turn'>): TranscriptView {
    // An attempt that was given up must not stream into the message of the turn after its own.
    if (turn !== this.#turn?.number) throw new Error(`turn ${turn} is over`);
    return {
      ...this.#transcript.forModel(upTo),
      said: this.#transcript.saidIn(turn),
      target: deliveryTarget(this.#source, this.#turn.answers, this.#turn),
    };
  }

  replyFor(seq: number): { entry: ReplyEntry; target: DeliveryTarget } {
    const entry = this.#transcript.reply(seq);
    if (!entry) throw new Error(`there is no reply ${seq}`);
    return { entry, target: deliveryTarget(this.#source, entry.answers) };
  }

  /** Takes message after message until this run's history is long. */
  async runUntilLong(): Promise<void> {
    const { historySize: startBytes } = workflowInfo();
    this.#visibility.setStatus('idle');
    while (!(shouldContinueAsNew(startBytes) && this.#inbox.portable)) {
      const [first, ...batch] = this.#inbox.takeNext();
      const command = first && commandOf(first.message.text);
      if (first && command) await this.#obey(first, command);
      else if (first) await this.#runTurn([first, ...batch]);
      else {
        this.#visibility.setStatus('idle');
        await condition(() => this.#inbox.waiting > 0 || shouldContinueAsNew(startBytes));
      }
    }
  }

  carried(): ConversationState {
    return {
      version: 1,
      turns: this.#turns,
      usage: this.#usage,
      knownMessageIds: this.#known.ids,
      ...this.#transcript.carried(),
      ...this.#inbox.carried(),
    };
  }

  get #source(): TargetSource {
    return { start: this.#start, transcript: this.#transcript, known: this.#known };
  }

  async #runTurn(messages: [QueuedMessage, ...QueuedMessage[]]): Promise<void> {
    this.#turns += 1;
    const turn = new Turn(this.#turns, messages, {
      conversation: workflowInfo().workflowId,
      keyPrefix: workflowInfo().firstExecutionRunId,
      transcript: this.#transcript,
      takeSteering: () => this.#inbox.takeSteering(),
      whereTo: ({ answers }) => {
        const { inReplyTo, returnAddress } = deliveryTarget(this.#source, answers);
        return {
          ...(inReplyTo === undefined ? {} : { inReplyTo }),
          ...(returnAddress === undefined ? {} : { returnAddress }),
        };
      },
      changed: () => this.#visibility.refresh(),
      spend: ({ inputTokens, outputTokens }) => {
        this.#usage = {
          inputTokens: this.#usage.inputTokens + inputTokens,
          outputTokens: this.#usage.outputTokens + outputTokens,
        };
      },
    });
    this.#turn = turn;
    this.#visibility.setStatus('running');
    const { status, line } = await this.#endOf(turn);
    const said = this.#transcript.saidIn(turn.number);
    const text = [said, ...turn.unknown.map(unknownLine), line].filter(Boolean).join('\n\n');
    // What was streamed shows what the model said; it is complete only if that is all there is to say.
    const streamed = turn.streamed && text !== said ? { receipt: turn.streamed.receipt } : turn.streamed;
    const extras = status === 'answered' ? turn.extras.forReply() : {};
    const entry = this.#appendReply({ turn: turn.number, status, text, answers: turn.answers, ...extras });
    await this.#deliver({ entry, deliveryId: turn.deliveryId, streamed, look: turn.mayHaveStreamed });
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
      await condition(() => turn.ended || this.#inbox.some(actsAtOnce) || isFresh(this.#inbox.next, turn));
      if (turn.ended || scope.consideredCancelled) break;
      const urgent = this.#inbox.takeFirst(isImmediateCommand);
      const command = urgent && commandOf(urgent.message.text);
      if (urgent && command && !('unknown' in command) && command.name === 'stop') {
        this.#transcript.appendMessage(turn.number, urgent, true);
        turn.answers.push(urgent.message.id);
        scope.cancel();
      } else if (urgent && command) {
        await this.#obey(urgent, command);
      } else {
        stoppedBy = 'interrupted';
        scope.cancel();
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

  async #obey(queued: QueuedMessage, command: Command): Promise<void> {
    this.#transcript.appendMessage(this.#turns, queued, true);
    if (!('unknown' in command) && command.name === 'new') this.#transcript.startAfresh();
    const text = answerTo(command, this.view(this.#transcript.seq));
    const entry = this.#appendReply({
      turn: this.#turns,
      status: 'command',
      text,
      answers: [queued.message.id],
    });
    await this.#deliver({ entry, deliveryId: `${workflowInfo().firstExecutionRunId}.c${entry.seq}` });
  }

  #appendReply(reply: Omit<ReplyEntry, 'kind' | 'seq' | 'at'>): ReplyEntry {
    const entry = this.#transcript.append<ReplyEntry>({ kind: 'reply', ...reply, at: Date.now() });
    this.#visibility.refresh();
    return entry;
  }

  async #deliver(reply: Omit<ReplyDelivery, 'conversation' | 'record'>): Promise<void> {
    // The web chat and the HTTP API read the reply from here.
    if (this.#start.platform === 'web') return;
    const record = (messageId: string) => this.#known.record(messageId);
    await deliverReply({ conversation: workflowInfo().workflowId, record, ...reply });
  }
}
