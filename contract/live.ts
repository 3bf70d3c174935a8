/**
 * Best-effort view of a running turn, pushed by activities to the gateways that asked. Losing one loses nothing: the
 * durable entry follows. POSTed as JSON to `{gateway}/internal/live` with the key of `HOLDFAST_INTERNAL_KEY` as bearer.
 */
export type LiveEvent = LiveDelta | LiveProgress;

interface LiveBase {
  /** Workflow id. */
  conversation: string;
  turn: number;
}

/** Text of a model step as it is streamed. A new attempt starts again at offset 0. */
export interface LiveDelta extends LiveBase {
  kind: 'delta';
  step: number;
  attempt: number;
  /** Characters (UTF-16 units) of this step's text before `text`. */
  offset: number;
  text: string;
}

/** A word from a running tool. */
interface LiveProgress extends LiveBase {
  kind: 'progress';
  callId: string;
  text: string;
}
