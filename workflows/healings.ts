import { workflowInfo } from '@temporalio/workflow';
import type { Healed, Healing } from '../contract/healing.ts';
import type { QueuedMessage } from '../contract/state.ts';
import type { AssistantEntry } from '../contract/transcript.ts';
import { failureLine, GivenUp, referenceOf, unknownLine } from './failure-line.ts';
import type { Inbox } from './inbox.ts';
import { ofEntry } from './outbox.ts';
import type { Parts } from './parts.ts';
import type { Transcript } from './transcript.ts';

/** What stands for the words of a message that is given up: nothing may read them again. */
const LEFT_OUT = '(left out: it could not be processed)';

/** Messages that are set aside, with what is to become of them. */
interface ToSettle {
  healed: Healed;
  messages: QueuedMessage[];
}

/** What a conversation was told by {@link Healing}, until it has acted on it. */
export class Healings {
  readonly #inbox: Inbox;
  readonly #toSettle: ToSettle[] = [];
  readonly #again = new Set<number>();

  constructor(inbox: Inbox) {
    this.#inbox = inbox;
  }

  get areSettled(): boolean {
    return this.#toSettle.length === 0;
  }

  /** Called by a handler: looks at ids only, so that it does not fail by what makes everything else fail. */
  note({ healed, again }: Healing, turns: number): void {
    for (const turn of again) this.#again.add(turn);
    for (const one of healed) {
      const messages = this.#inbox.setAside(one.answers);
      const isNews = one.said === undefined ? messages.length > 0 : (one.turn ?? 0) > turns;
      if (isNews) this.#toSettle.push({ healed: one, messages });
    }
  }

  take(): ToSettle | undefined {
    return this.#toSettle.shift();
  }

  /** Whether something of this turn's reply may be seen already. */
  hasBegun(turn: number): boolean {
    return this.#again.has(turn);
  }
}

/** Ends what is set aside: with an honest line, or with the reply that it has had. */
export async function settle(
  { healed, messages }: ToSettle,
  turn: number,
  { transcript, outbox }: Pick<Parts, 'transcript' | 'outbox'>,
): Promise<void> {
  const { answers, said, shown, unknown = [] } = healed;
  if (said === undefined) {
    for (const queued of messages) transcript.appendMessage(turn, leftOut(queued), true);
    const text = [failureLine(new GivenUp(), referenceOf(turn)), ...unknown.map(unknownLine)].join('\n\n');
    const entry = outbox.appendReply({ turn, status: 'failed', text, answers });
    await outbox.deliver({ entry, deliveryId: ofEntry(entry) });
    return;
  }
  for (const queued of messages) transcript.appendMessage(turn, queued);
  appendSaid(transcript, turn, said);
  const entry = outbox.appendReply({ turn, status: 'answered', text: said, answers });
  if (shown) outbox.recordShown(answers, shown);
  else
    await outbox.deliver({ entry, deliveryId: `${workflowInfo().firstExecutionRunId}.t${turn}`, look: true });
}

/** What the model said in a part of the history that was given up. */
export function appendSaid(transcript: Transcript, turn: number, said: string): void {
  if (said === '') return;
  transcript.append<AssistantEntry>({ kind: 'assistant', turn, content: [{ type: 'text', text: said }] });
}

/** The message without anything that could have done it. */
function leftOut(queued: QueuedMessage): QueuedMessage {
  const { attachments: _, quote: __, internal: ___, ...message } = queued.message;
  return { ...queued, message: { ...message, text: LEFT_OUT } };
}
