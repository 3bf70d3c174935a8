import type { ConversationState, QueuedMessage } from '../../contract/state.ts';

const MINUTE = 60_000;

/** When the operator's policy has a conversation start afresh: decided when somebody writes, with no timer. */
export class ResetPolicy {
  #heard: ConversationState['heard'];

  constructor(heard: ConversationState['heard']) {
    this.#heard = heard;
  }

  carried(): Pick<ConversationState, 'heard'> {
    return this.#heard ? { heard: this.#heard } : {};
  }

  /** What the user is told if these messages are to be answered without what was said before them. */
  resetBy(messages: readonly QueuedMessage[]): string | undefined {
    const first = messages.find(isSomebodys);
    const reset = first?.settings.reset;
    if (!first || !reset || !this.#heard) return undefined;
    const { at, day } = this.#heard;
    if ('idleMs' in reset) {
      if (first.at - at <= reset.idleMs) return undefined;
      const minutes = Math.max(1, Math.round(reset.idleMs / MINUTE));
      return told(`after ${minutes === 1 ? 'a minute' : `${minutes} minutes`} without a message`);
    }
    return day !== undefined && reset.day > day ? told(`every day at ${reset.at}`) : undefined;
  }

  /** Somebody wrote these. What holdfast itself puts into the conversation is nobody. */
  hear(messages: readonly QueuedMessage[]): void {
    for (const { at, settings } of messages.filter(isSomebodys)) {
      const day = settings.reset && 'day' in settings.reset ? settings.reset.day : '';
      const before = this.#heard?.day ?? '';
      // Clocks differ, and are put back in autumn: a day that has begun does not begin again.
      const latest = day > before ? day : before;
      this.#heard = { at, ...(latest === '' ? {} : { day: latest }) };
    }
  }

  /** Somebody was answered just now: the time since then counts. */
  answered(messages: readonly QueuedMessage[]): void {
    if (this.#heard && messages.some(isSomebodys)) this.#heard = { ...this.#heard, at: Date.now() };
  }
}

function isSomebodys({ message }: QueuedMessage): boolean {
  return message.internal === undefined;
}

function told(when: string): string {
  return `(I answered this without what was said before: by the operator’s settings I start afresh ${when}.)`;
}
