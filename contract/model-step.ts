import type { StreamedPart } from './delivery.ts';
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
}

export interface Usage {
  inputTokens: number;
  outputTokens: number;
}

/** Result of the activity `callModel`: one step. */
export interface ModelStep {
  content: AssistantPart[];
  /** One for each tool call in `content`, in order. */
  calls: PlannedCall[];
  usage: Usage;
  streamed?: StreamedPart;
  /** A message may have been sent whose id is not known: the connection was cut before the platform's answer. */
  mayHaveStreamed?: true;
  /** The turn was stopped while the model spoke: `content` is what it had said. */
  stopped?: true;
}
