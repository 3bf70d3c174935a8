import type { Receipt, StreamedPart } from './delivery.ts';
import type { PlannedCall } from './tool-call.ts';
import type { AssistantPart } from './transcript.ts';

/** Input of the activity `callModel`. The transcript is read from the workflow by query, never passed. */
export interface ModelRequest {
  /** Workflow id. */
  conversation: string;
  /** The model sees the entries up to this sequence number. */
  upTo: number;
  turn: number;
  /** Counts from 1 in each turn. */
  step: number;
  /** If it is the last step, its text is the whole reply: nothing is to be added, so it may be sent at once. */
  mayReply?: true;
  /** Further steps that may follow at once, where all that was called are short tools. */
  further?: number;
}

export interface Usage {
  /** All of them, cached ones included. */
  inputTokens: number;
  outputTokens: number;
  /** Of the input tokens, those that the provider had cached; not there if it does not say. */
  cachedInputTokens?: number;
  /** US dollars, by the prices of the config; not there if no price is known. */
  cost?: number;
  /** The cost is that of a part only: for the rest no price is known. */
  costIsPartial?: true;
}

/** What a call that failed may have shown of the reply: a detail of its failure, or of its last heartbeat. */
export interface ShownByFailed extends Partial<Receipt>, Pick<ModelStep, 'sentAfter'> {
  mayHaveStreamed?: boolean;
}

/** Result of the activity `callModel`: one step, or the last of several. */
export interface ModelStep {
  content: AssistantPart[];
  /** One for each tool call in `content`, in order. */
  calls: PlannedCall[];
  usage: Usage;
  /** `provider/model` that answered. */
  model?: string;
  /** Milliseconds that it took. */
  tookMs?: number;
  /** What each of its calls gave, in their order: they were all of short tools, and have been run. */
  results?: string[];
  /** The steps before it, oldest first. */
  before?: Omit<ModelStep, 'before'>[];
  /** The transcript is over its share of the model's window: it is to be summarised before the next call. */
  crowded?: true;
  streamed?: StreamedPart;
  /** Its text was sent as the whole reply. */
  replied?: true;
  /** A message may have been sent whose id is not known: the connection was cut before the platform's answer. */
  mayHaveStreamed?: true;
  /** Such a message was sent after this one of the platform's. */
  sentAfter?: string;
  /** The turn was stopped while the model spoke: `content` is what it had said. */
  stopped?: true;
}
