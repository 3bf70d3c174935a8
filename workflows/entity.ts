import {
  CancellationScope,
  condition,
  isCancellation,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { InboundMessage } from '../contract/message.ts';
import type { ModelRequest } from '../contract/model-step.ts';
import { HoldfastPlatform, HoldfastStatus, HoldfastTurns } from '../contract/search-attributes.ts';
import type { ConversationSettings } from '../contract/settings.ts';
import type { ConversationView, DeliveryTarget, TranscriptView } from '../contract/signals.ts';
import type {
  ConversationStart,
  ConversationState,
  ConversationStatus,
  QueuedMessage,
} from '../contract/state.ts';
import type { ReplyEntry, ReplyStatus, UserEntry } from '../contract/transcript.ts';
import { type Command, commandOf, helpText, unknownCommandText } from './commands.ts';
import { deliverReply } from './deliver-reply.ts';
import { detailsOf } from './details.ts';
import { failureLine } from './failure-line.ts';
import { Inbox } from './inbox.ts';
import { shouldContinueAsNew } from './run-length.ts';
import { Transcript } from './transcript.ts';
import { Turn } from './turn.ts';

/** Message ids remembered for {@link DeliveryTarget.knownMessageIds}. */
const KNOWN_MESSAGES = 200;

const FIRST_STATE: ConversationState = {
  version: 1,
  seq: 0,
  turns: 0,
  entries: [],
  freshAfter: 0,
  omittedTurns: 0,
  seen: [],
  inbox: [],
  usage: { inputTokens: 0, outputTokens: 0 },
  knownMessageIds: [],
};

/** What a conversation decides: which message is next, what a command does, when a turn ends and what the user sees of it. */
export class Entity {
  readonly #start: ConversationStart;
  readonly #describe: (details: string) => void;
  readonly #inbox: Inbox;
  readonly #transcript: Transcript;
  readonly #known: string[];
  #usage: ConversationState['usage'];
  #turns: number;
  #turn: Turn | undefined;
  #status: ConversationStatus | undefined;

  constructor(start: ConversationStart, describe: (details: string) => void) {
    const state = start.state ?? FIRST_STATE;
    this.#start = start;
    this.#describe = describe;
    this.#inbox = new Inbox(state.inbox, state.seen);
    this.#transcript = new Transcript(state);
    this.#known = [...state.knownMessageIds];
    this.#usage = state.usage;
    this.#turns = state.turns;
  }

  receive(message: InboundMessage, settings: ConversationSettings): void {
    if (message.messageId !== undefined) this.#recordMessage(message.messageId);
    this.#inbox.receive(message, settings, Date.now());
  }

  hasSeen(id: string): boolean {
    return this.#inbox.hasSeen(id);
  }

  view(after: number): ConversationView {
    return {
      status: this.#status ?? 'idle',
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
    const last = this.#transcript.latestUser();
    return {
      entries: this.#transcript.forModel(upTo),
      said: this.#transcript.saidIn(turn),
      omittedTurns: this.#transcript.omittedTurns,
      target: this.#target(last, this.#turn),
      ...(last?.sender ? { sender: last.sender } : {}),
    };
  }

  replyFor(seq: number): { entry: ReplyEntry; target: DeliveryTarget } {
    const entry = this.#transcript.reply(seq);
    if (!entry) throw new Error(`there is no reply ${seq}`);
    return { entry, target: this.#target(this.#transcript.user(entry.answers.at(-1) ?? ''), undefined) };
  }

  /** Takes message after message until this run's history is long. */
  async runUntilLong(): Promise<void> {
    const { historySize: startBytes } = workflowInfo();
    this.#setStatus('idle');
    while (!shouldContinueAsNew(startBytes)) {
      const next = this.#inbox.takeNext();
      const command = next[0] && commandOf(next[0].message.text);
      if (next[0] && command) await this.#obey(next[0], command);
      else if (next.length > 0) await this.#runTurn(next);
      else {
        this.#setStatus('idle');
        await condition(() => this.#inbox.waiting > 0 || shouldContinueAsNew(startBytes));
      }
    }
  }

  carried(): ConversationState {
    return {
      version: 1,
      turns: this.#turns,
      usage: this.#usage,
      knownMessageIds: this.#known,
      ...this.#transcript.carried(),
      ...this.#inbox.carried(),
    };
  }

  async #runTurn(messages: QueuedMessage[]): Promise<void> {
    const { limits } = (messages[0] as QueuedMessage).settings;
    this.#turns += 1;
    this.#setStatus('running');
    const turn = new Turn(this.#turns, messages, limits, {
      conversation: workflowInfo().workflowId,
      keyPrefix: workflowInfo().firstExecutionRunId,
      transcript: this.#transcript,
      takeSteering: () => this.#inbox.takeSteering(),
      changed: () => this.#updateDetails(),
      spend: ({ inputTokens, outputTokens }) => {
        this.#usage = {
          inputTokens: this.#usage.inputTokens + inputTokens,
          outputTokens: this.#usage.outputTokens + outputTokens,
        };
      },
    });
    this.#turn = turn;
    const { status, line } = await this.#endOf(turn);
    const said = this.#transcript.saidIn(turn.number);
    const unknown = turn.unknown.map(
      (tool) =>
        `⚠️ The outcome of \`${tool}\` is unknown: its worker was lost while it ran. It was not run again.`,
    );
    const text = [said, ...unknown, line].filter(Boolean).join('\n\n');
    const entry = this.#appendReply(turn.number, status, text, turn.answers);
    // What was streamed shows what the model said; it is complete only if that is all there is to say.
    const streamed = turn.streamed && text !== said ? { receipt: turn.streamed.receipt } : turn.streamed;
    await this.#deliver(entry, turn.deliveryId, { streamed, look: turn.mayHaveStreamed });
    this.#turn = undefined;
  }

  /** Runs the turn's steps while commands and interruptions that act at once are obeyed. */
  async #endOf(turn: Turn): Promise<{ status: ReplyStatus; line: string }> {
    const scope = new CancellationScope();
    let stopped: ReplyStatus = 'stopped';
    const steps = scope.run(() => turn.run());
    // The failure is handled below; until then it must not count as unhandled.
    steps.catch(() => {});
    while (!turn.ended) {
      await condition(() => turn.ended || this.#inbox.some(actsAtOnce));
      if (turn.ended || scope.consideredCancelled) break;
      const urgent = this.#inbox.takeFirst(isImmediateCommand);
      const command = urgent && commandOf(urgent.message.text);
      if (urgent && command && !('unknown' in command) && command.name === 'stop') {
        this.#appendCommand(urgent, turn.number);
        turn.answers.push(urgent.message.id);
        scope.cancel();
      } else if (urgent && command) {
        await this.#obey(urgent, command);
      } else {
        stopped = 'interrupted';
        scope.cancel();
      }
    }
    try {
      await steps;
      return { status: 'answered', line: '' };
    } catch (failure) {
      if (isCancellation(failure))
        return {
          status: stopped,
          line: stopped === 'stopped' ? 'Stopped.' : 'Stopped here for your next message.',
        };
      const reference = `${workflowInfo().firstExecutionRunId.slice(0, 8)}-${turn.number}`;
      return { status: 'failed', line: failureLine(failure, reference) };
    }
  }

  async #obey(queued: QueuedMessage, command: Command): Promise<void> {
    this.#appendCommand(queued, this.#turns);
    const text = 'unknown' in command ? unknownCommandText(command.unknown) : this.#execute(command.name);
    const entry = this.#appendReply(this.#turns, 'command', text, [queued.message.id]);
    await this.#deliver(entry, `${workflowInfo().firstExecutionRunId}.c${entry.seq}`, {});
  }

  #execute(name: Exclude<Command, { unknown: string }>['name']): string {
    switch (name) {
      case 'new':
        this.#transcript.startAfresh();
        return 'Started afresh: I no longer see what was said before.';
      case 'stop':
        return 'Nothing is running.';
      case 'status':
        return this.#statusText();
      case 'help':
        return helpText();
    }
  }

  #statusText(): string {
    const { status, turns, waiting, running, usage } = this.view(this.#transcript.seq);
    const tools = running.map((call) => `\`${call.name}\``).join(', ');
    return [
      status === 'idle' ? 'Idle.' : tools ? `Working: running ${tools}.` : 'Working: waiting for the model.',
      `${turns} turns, ${waiting} messages waiting, ${usage.inputTokens + usage.outputTokens} tokens used.`,
    ].join(' ');
  }

  #appendCommand({ message, at }: QueuedMessage, turn: number): void {
    const { id, messageId, text, sender } = message;
    this.#transcript.append<UserEntry>({
      kind: 'user',
      command: true,
      turn,
      id,
      text,
      at,
      ...(messageId === undefined ? {} : { messageId }),
      ...(sender === undefined ? {} : { sender }),
    });
  }

  #appendReply(turn: number, status: ReplyStatus, text: string, answers: string[]): ReplyEntry {
    const entry = this.#transcript.append<ReplyEntry>({
      kind: 'reply',
      turn,
      status,
      text,
      answers,
      at: Date.now(),
    });
    this.#updateDetails();
    return entry;
  }

  async #deliver(
    entry: ReplyEntry,
    deliveryId: string,
    begun: { streamed?: Turn['streamed']; look?: boolean },
  ): Promise<void> {
    // The web chat and the HTTP API read the reply from here.
    if (this.#start.platform === 'web') return;
    const record = (messageId: string) => this.#recordMessage(messageId);
    await deliverReply({ conversation: workflowInfo().workflowId, entry, deliveryId, record, ...begun });
  }

  #target(answered: UserEntry | undefined, turn: Turn | undefined): DeliveryTarget {
    return {
      platform: this.#start.platform,
      conversation: this.#start.conversation,
      deliveryId: turn?.deliveryId ?? '',
      knownMessageIds: this.#known,
      live: turn?.live ?? [],
      ...(answered ? { inReplyTo: answered.messageId ?? answered.id } : {}),
      ...(turn?.streamed ? { receipt: turn.streamed.receipt } : {}),
    };
  }

  #recordMessage(id: string): void {
    if (this.#known.includes(id)) return;
    this.#known.push(id);
    if (this.#known.length > KNOWN_MESSAGES) this.#known.shift();
  }

  #setStatus(status: ConversationStatus): void {
    if (status === this.#status) return;
    this.#status = status;
    upsertSearchAttributes([
      { key: HoldfastPlatform, value: this.#start.platform },
      { key: HoldfastStatus, value: status },
      { key: HoldfastTurns, value: this.#turns },
    ]);
    this.#updateDetails();
  }

  #updateDetails(): void {
    this.#describe(detailsOf(this.view(0)));
  }
}

/** Commands that do not wait for the running turn. */
function isImmediateCommand({ message }: QueuedMessage): boolean {
  const command = commandOf(message.text);
  return command !== undefined && ('unknown' in command || command.name !== 'new');
}

function actsAtOnce(queued: QueuedMessage): boolean {
  return commandOf(queued.message.text) !== undefined || queued.settings.whileBusy === 'interrupt';
}
