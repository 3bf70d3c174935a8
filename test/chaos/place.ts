/** One conversation as the people in it have it. */
export interface Place {
  platform: string;
  /** Workflow id. */
  conversation: string;
  /** Somebody writes. Resolves when the gateway has acknowledged it, which the platform may have to try for long. */
  say(text: string): Promise<void>;
  /** What the bot's messages show now, oldest first. */
  shown(): string[];
  /** Where an approver has buttons to press: the latest message that asks for a decision, and the press. */
  asked?: () => string | undefined;
  decide?: (label: string) => void;
}

/** A platform of the storm. */
export interface Stormed {
  /** Variables that switch it on and point it at the fake API. */
  env: Record<string, string>;
  place(number: number): Place;
  /** Deliveries that were not the first of their message. */
  repeats(): number;
  /** The next send: its answer is lost after it acted, its line is cut after it acted, or it is refused. */
  disturb(how: 'hold' | 'cut' | 'fail'): void;
  /** Answers what is held. */
  heal(): void;
  close(): Promise<void>;
}
