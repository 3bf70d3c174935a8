import type { Sinks } from '@temporalio/workflow';

/*
 * The trace that a message belongs to, in the words of W3C Trace Context: `00-{trace id}-{span id}-{flags}`, where the span is the one
 * that what follows belongs under. It travels with the message, and from there in this header of activities and tasks.
 */
export const TRACE_HEADER = 'traceparent';

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/;

/** A turn as a span: between these times, in ms since the epoch. */
export interface TurnSpan {
  /** Trace and id of the span. */
  traceparent: string;
  /** The span above it. */
  parent: string;
  startedAt: number;
  endedAt: number;
  /** Workflow id. */
  conversation: string;
  turn: number;
  /** How it ended. */
  status: string;
}

/** What a conversation tells the process that runs it, once a turn has ended; an ended turn of a replay is not told again. */
export interface TraceSinks extends Sinks {
  trace: { turnEnded(span: TurnSpan): void };
}

/** Its span id; undefined if it is no traceparent. */
export function spanIdOf(traceparent: string): string | undefined {
  return TRACEPARENT.exec(traceparent)?.[2];
}

/** The same trace, under a span whose id follows from its name: whoever replays it comes to the same. */
export function under(traceparent: string, span: string): string | undefined {
  const [, trace] = TRACEPARENT.exec(traceparent) ?? [];
  return trace && `00-${trace}-${hash(trace + span)}-${traceparent.slice(-2)}`;
}

/** FNV-1a, 64 bits. */
function hash(text: string): string {
  let value = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text))
    value = BigInt.asUintN(64, (value ^ BigInt(byte)) * 0x100000001b3n);
  return value.toString(16).padStart(16, '0');
}
