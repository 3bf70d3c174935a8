import { CancellationScope, workflowInfo } from '@temporalio/workflow';
import type { LastPart } from '../contract/delivery.ts';
import { PERSON, type Place } from '../contract/place.ts';
import type { Queues } from '../contract/queues.ts';
import { type DeliveryTarget, reply as replyQuery } from '../contract/signals.ts';
import type { ConversationStart } from '../contract/state.ts';
import type { ReplyEntry, Shown } from '../contract/transcript.ts';
import { deliverReply, type ReplyDelivery } from './deliver-reply.ts';
import { deliveryTarget, isDelivered } from './delivery-target.ts';
import { failureLine, referenceOf } from './failure-line.ts';
import { handOver } from './hand-over.ts';
import type { KnownMessages } from './known-messages.ts';
import type { Places } from './places.ts';
import type { Transcript } from './transcript.ts';
import type { Turn } from './turn.ts';

export interface OutboxSurroundings {
  start: ConversationStart;
  transcript: Transcript;
  known: KnownMessages;
  places: Places;
  /** Where deliveries are put now. */
  queues(): Queues;
  /** Whether the model writes a step, which may send or change a message. */
  isWriting(): boolean;
  /** Called when there is something new to see. */
  changed(): void;
}

/** What a conversation says: as entries for those who read it here, and as messages at its platform. */
export class Outbox {
  readonly #around: OutboxSurroundings;
  #inBackground = 0;
  #before: Promise<unknown> = Promise.resolve();
  #isSending = false;

  constructor(around: OutboxSurroundings) {
    this.#around = around;
  }

  appendReply(reply: Omit<ReplyEntry, 'kind' | 'seq' | 'at'>): ReplyEntry {
    const entry = this.#around.transcript.append<ReplyEntry>({ kind: 'reply', ...reply, at: Date.now() });
    this.#around.changed();
    return entry;
  }

  /**
   * Sends what an entry shows. Never throws: what cannot be delivered stays readable in the transcript. One after the other:
   * two that were both lost on their way could be taken for each other when they are looked for.
   */
  async deliver(
    reply: Omit<ReplyDelivery, 'conversation' | 'platform' | 'queues' | 'record' | 'handOver'>,
  ): Promise<LastPart | undefined> {
    const target = this.targetOf(reply.entry.answers);
    if (!isDelivered(target)) return undefined;
    const { known, queues } = this.#around;
    const place = this.#placeOf(target);
    const around = {
      conversation: workflowInfo().workflowId,
      platform: target.platform,
      record: (messageId: string) => known.record(messageId, place),
      handOver: (seq: number) =>
        handOver(replyQuery, [seq], { queues: queues(), answer: () => this.shown(seq) }),
    };
    const { turn, answers } = reply.entry;
    const sent = this.#before.then(async () => {
      this.#isSending = true;
      const last = await deliverReply({
        ...around,
        queues: queues(),
        ...reply,
        // Somebody waits for it: a line takes its place.
        isPoison: (failure) => {
          const text = failureLine(failure, referenceOf(turn));
          const entry = this.appendReply({ turn, status: 'failed', text, answers });
          return deliverReply({ ...around, queues: queues(), entry, deliveryId: ofEntry(entry) });
        },
      });
      this.#isSending = false;
      return last;
    });
    this.#before = sent;
    return sent;
  }

  /** These messages, by the platform's ids, are what was shown in answer; nothing is sent. */
  recordShown(answers: string[], messageIds: string[]): void {
    const place = this.#placeOf(this.targetOf(answers));
    for (const id of messageIds) this.#around.known.record(id, place);
  }

  /** Answers a command, or says something by itself. */
  async say(text: string, answers: string[], turn: number): Promise<void> {
    const entry = this.appendReply({ turn, status: 'command', text, answers });
    await this.deliver({ entry, deliveryId: ofEntry(entry) });
  }

  /** Work that nothing waits for but the end of this run, and that no stop of a turn stops. */
  inBackground(work: () => Promise<void>): void {
    this.#inBackground += 1;
    const done = () => {
      this.#inBackground -= 1;
    };
    CancellationScope.nonCancellable(work).then(done, done);
  }

  get settled(): boolean {
    return this.#inBackground === 0;
  }

  /** Whether a message is on its way whose id is not known. */
  get isSending(): boolean {
    return this.#isSending;
  }

  #placeOf(target: DeliveryTarget): Place | undefined {
    return this.#around.start.platform === PERSON ? target : undefined;
  }

  shown(seq: number): { entry: Shown; target: DeliveryTarget } {
    const entry = this.#around.transcript.shown(seq);
    if (!entry) throw new Error(`there is nothing to show as ${seq}`);
    const target = this.targetOf(entry.answers, undefined, seq);
    return { entry, target: this.#around.isWriting() ? { ...target, othersOnTheirWay: true } : target };
  }

  /** Where the reply to these messages goes (event ids, oldest first), and what is known of it if its turn still runs. */
  targetOf(answers: string[], turn?: Turn, seq?: number): DeliveryTarget {
    return deliveryTarget(this.#around, answers, { turn, seq });
  }
}

/** Names the delivery of what is no turn's own reply. */
export function ofEntry({ seq }: Pick<ReplyEntry, 'seq'>): string {
  return `${workflowInfo().firstExecutionRunId}.c${seq}`;
}
