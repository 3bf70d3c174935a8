import { CancellationScope, workflowInfo } from '@temporalio/workflow';
import type { LastPart } from '../contract/delivery.ts';
import type { DeliveryTarget } from '../contract/signals.ts';
import type { ConversationStart } from '../contract/state.ts';
import type { ReplyEntry, Shown } from '../contract/transcript.ts';
import { deliverReply, type ReplyDelivery } from './deliver-reply.ts';
import { deliveryTarget } from './delivery-target.ts';
import type { KnownMessages } from './known-messages.ts';
import type { Transcript } from './transcript.ts';
import type { Turn } from './turn.ts';

export interface OutboxSurroundings {
  start: ConversationStart;
  transcript: Transcript;
  known: KnownMessages;
  /** Called when there is something new to see. */
  changed(): void;
}

/** What a conversation says: as entries for those who read it here, and as messages at its platform. */
export class Outbox {
  readonly #around: OutboxSurroundings;
  #inBackground = 0;

  constructor(around: OutboxSurroundings) {
    this.#around = around;
  }

  appendReply(reply: Omit<ReplyEntry, 'kind' | 'seq' | 'at'>): ReplyEntry {
    const entry = this.#around.transcript.append<ReplyEntry>({ kind: 'reply', ...reply, at: Date.now() });
    this.#around.changed();
    return entry;
  }

  /** Sends what an entry shows. Never throws: what cannot be delivered stays readable in the transcript. */
  async deliver(reply: Omit<ReplyDelivery, 'conversation' | 'record'>): Promise<LastPart | undefined> {
    // The web chat and the HTTP API read it from here.
    if (this.#around.start.platform === 'web') return undefined;
    const record = (messageId: string) => this.#around.known.record(messageId);
    return deliverReply({ conversation: workflowInfo().workflowId, record, ...reply });
  }

  /** Answers a command, or says something by itself. */
  async say(text: string, answers: string[], turn: number): Promise<void> {
    const entry = this.appendReply({ turn, status: 'command', text, answers });
    await this.deliver({ entry, deliveryId: `${workflowInfo().firstExecutionRunId}.c${entry.seq}` });
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

  shown(seq: number): { entry: Shown; target: DeliveryTarget } {
    const entry = this.#around.transcript.shown(seq);
    if (!entry) throw new Error(`there is nothing to show as ${seq}`);
    return { entry, target: this.targetOf(entry.answers) };
  }

  /** Where the reply to these messages goes (event ids, oldest first), and what is known of it if its turn still runs. */
  targetOf(answers: string[], turn?: Turn): DeliveryTarget {
    return deliveryTarget(this.#around, answers, turn);
  }
}
