import { condition } from '@temporalio/workflow';
import { commandOf } from '../contract/commands.ts';
import type { InboundMessage } from '../contract/message.ts';
import { placedId, samePlace } from '../contract/place.ts';
import type { ConversationSettings } from '../contract/settings.ts';
import { bytesOf } from '../contract/size.ts';
import type { QueuedMessage } from '../contract/state.ts';
import { mustAsk } from './access/door.ts';
import type { Doorman } from './access/doorman.ts';
import { asOneDue } from './schedules/due-again.ts';

/**
 * Event ids remembered, with the ids of revised messages: a platform redelivers within hours, and a conversation rarely sees
 * 1,000 messages in that time.
 */
const WINDOW = 1_000;
/** Most bytes of waiting messages that go along to the next run. */
const PORTABLE = 400_000;

/** Messages that wait for their turn, in the order of their arrival, each event id once. */
export class Inbox {
  /** Just come: nothing was read of them but their ids. */
  #arrived: QueuedMessage[] = [];
  #queue: QueuedMessage[];
  #seen: Set<string>;
  /** Who says whether a message that has just come passes. */
  readonly #meet: Doorman['meet'];

  constructor(queue: QueuedMessage[], seen: string[], meet: Doorman['meet']) {
    this.#queue = [...queue];
    this.#seen = new Set(seen);
    this.#meet = meet;
  }

  get waiting(): number {
    return this.#queue.length + this.#arrived.length;
  }

  hasSeen(id: string): boolean {
    return this.#seen.has(id);
  }

  /** Keeps a message until it is taken in; one whose event id was seen changes nothing. */
  receive(message: InboundMessage, settings: ConversationSettings, at: number, after?: string): void {
    if (this.#seen.has(message.id)) return;
    this.#remember(message.id);
    this.#arrived.push({ message, settings, at, ...(after === undefined ? {} : { after }) });
  }

  get hasArrivals(): boolean {
    return this.#arrived.length > 0;
  }

  /** Takes in what has arrived, for as long as the run lasts. Not in a handler: what follows may say that a message is given up. */
  async stand(): Promise<never> {
    for (;;) {
      await condition(() => this.hasArrivals);
      this.takeIn();
    }
  }

  /**
   * Takes in what has arrived. A message that still waits can be reworded or taken back; afterwards a new wording is a message of
   * its own, and taking it back changes nothing. A message that comes only after its new wording or its deletion, as a late
   * redelivery does, changes nothing either.
   */
  takeIn(): void {
    for (const queued of this.#arrived.splice(0)) this.#enqueue(plain(queued));
  }

  /** Takes these out, wherever they wait, and returns those that were there, in their order. */
  setAside(ids: string[]): QueuedMessage[] {
    const isMeant = ({ message }: QueuedMessage) => ids.includes(message.id);
    const found = [...this.#queue, ...this.#arrived].filter(isMeant);
    this.#queue = this.#queue.filter((queued) => !isMeant(queued));
    this.#arrived = this.#arrived.filter((queued) => !isMeant(queued));
    return found;
  }

  #enqueue(queued: QueuedMessage): void {
    const { message } = queued;
    const revises = message.edited || message.deleted;
    // No event id has a line break.
    const revision = `revised\n${message.place ? placedId(message.place, message.messageId ?? '') : message.messageId}`;
    if (!revises && this.#seen.has(revision)) return;
    if (revises && message.messageId !== undefined) this.#remember(revision);
    const revised = revises ? this.#waitingAs(message) : -1;
    if (message.deleted) this.#queue = this.#queue.filter((_, index) => index !== revised);
    else if (revised < 0) this.#push(queued);
    else
      this.#queue = this.#queue.map((waiting, index) =>
        index === revised ? again(waiting, message) : waiting,
      );
  }

  #push(queued: QueuedMessage): void {
    const met = this.#meet(queued);
    if (met !== 'leaves')
      this.#queue = withNext(this.#queue, met === 'waits' ? { ...queued, atDoor: true } : queued);
  }

  #remember(id: string): void {
    this.#seen.add(id);
    for (const oldest of this.#seen) {
      if (this.#seen.size <= WINDOW) break;
      this.#seen.delete(oldest);
    }
  }

  #waitingAs({ messageId, place }: InboundMessage): number {
    if (messageId === undefined) return -1;
    return this.#queue.findIndex(
      ({ message }) => message.messageId === messageId && samePlace(message.place, place),
    );
  }

  /** Those that wait to be let in, in their order. */
  get atDoor(): QueuedMessage[] {
    return this.#queue.filter(({ atDoor }) => atDoor);
  }

  /** Changes one that waits at the door to what it is inside; nothing if it was taken back. */
  letIn(id: string, change: (queued: QueuedMessage) => QueuedMessage): void {
    this.#queue = this.#queue.map((queued) => (queued.message.id === id ? change(queued) : queued));
  }

  /** Takes one out that is not let in; undefined if it was taken back. */
  takeOut(id: string): QueuedMessage | undefined {
    const index = this.#queue.findIndex(({ message }) => message.id === id);
    return index < 0 ? undefined : this.#queue.splice(index, 1)[0];
  }

  /**
   * What comes next when nothing is running: one message; or all that wait to be collected into one batch; or, where one
   * of those that wait would interrupt the turns before it, all up to that one. Nothing while the first waits at the door.
   */
  takeNext(): QueuedMessage[] {
    this.takeIn();
    if (!this.next) return [];
    const end = this.#queue.findIndex((queued) => queued.atDoor || isCommand(queued));
    const messages = end < 0 ? this.#queue : this.#queue.slice(0, end);
    const uncollected = messages.findIndex(({ settings }) => settings.whileBusy !== 'collect');
    const collected = uncollected < 0 ? messages.length : uncollected;
    const upToInterrupting = messages.findLastIndex(({ settings }) => settings.whileBusy === 'interrupt') + 1;
    return this.#queue.splice(0, Math.max(1, collected, upToInterrupting));
  }

  /** What the running turn is to see at its next step: the front of the queue, up to the first that is not for it. */
  takeSteering(): QueuedMessage[] {
    this.takeIn();
    const end = this.#queue.findIndex(
      (queued) => queued.atDoor || queued.settings.whileBusy !== 'steer' || isCommand(queued),
    );
    return this.#queue.splice(0, end < 0 ? this.#queue.length : end);
  }

  /** The first waiting message that this accepts, out of its order: for commands that act at once. */
  takeFirst(accepts: (queued: QueuedMessage) => boolean): QueuedMessage | undefined {
    const index = this.#queue.findIndex((queued) => !queued.atDoor && accepts(queued));
    return index < 0 ? undefined : this.#queue.splice(index, 1)[0];
  }

  some(accepts: (queued: QueuedMessage) => boolean): boolean {
    return this.#queue.some((queued) => !queued.atDoor && accepts(queued));
  }

  /** Whether what waits is small enough to be carried to the next run. */
  get portable(): boolean {
    return bytesOf(this.#queue) < PORTABLE;
  }

  /** The first, unless it waits at the door. */
  get next(): QueuedMessage | undefined {
    const [first] = this.#queue;
    return first?.atDoor ? undefined : first;
  }

  carried(): { inbox: QueuedMessage[]; seen: string[] } {
    this.takeIn();
    return { inbox: this.#queue, seen: [...this.#seen] };
  }
}

/** What no turn takes in. */
function isCommand({ message }: QueuedMessage): boolean {
  return commandOf(message) !== undefined || message.internal?.kind === 'notice';
}

/** The queue with a message at its end; one of a schedule that already waits is told with it, as one. */
function withNext(queue: QueuedMessage[], queued: QueuedMessage): QueuedMessage[] {
  for (const [index, waiting] of queue.entries()) {
    const one = asOneDue(waiting, queued);
    if (one) return queue.with(index, one);
  }
  return [...queue, queued];
}

/** `/queue …` and `/steer …` are messages that say themselves what they do while a turn runs. */
function plain(queued: QueuedMessage): QueuedMessage {
  const command = commandOf(queued.message);
  if (!command || 'unknown' in command || command.argument === '') return queued;
  if (command.name !== 'queue' && command.name !== 'steer') return queued;
  return {
    ...queued,
    message: { ...queued.message, text: command.argument },
    settings: { ...queued.settings, whileBusy: command.name },
  };
}

/** One that waits, in other words; as they stand it may have to be asked about after all. */
function again(waiting: QueuedMessage, message: InboundMessage): QueuedMessage {
  const next = { ...waiting, message: reworded(waiting.message, message) };
  return mustAsk(next) ? { ...next, atDoor: true } : next;
}

/** The message with its new wording: what the old one had and the new one has not, is gone. */
function reworded(
  { text: _, attachments: __, quote: ___, ...kept }: InboundMessage,
  { text, attachments, quote, returnAddress }: InboundMessage,
): InboundMessage {
  return {
    ...kept,
    text,
    ...(attachments === undefined ? {} : { attachments }),
    ...(quote === undefined ? {} : { quote }),
    ...(returnAddress === undefined ? {} : { returnAddress }),
  };
}
