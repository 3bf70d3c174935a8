import type { Environment } from '../config/environment.ts';
import type { TurnSpan } from '../contract/trace.ts';

export type Attributes = Record<string, string | number | undefined>;

interface SpanOptions {
  /** Of few values. */
  name: string;
  kind: 'server' | 'internal';
  /** Traceparent of the span above it; the active one if not given. */
  parent?: string | undefined;
  attributes: Attributes;
}

/** Spans of this process, which go to an OpenTelemetry collector. They carry ids, names and sizes, and nothing that people write. */
export interface Tracing {
  /** Runs the work in a span of its own; `set` adds to what the span tells. What the work throws marks it as failed. */
  span<T>(options: SpanOptions, work: (set: (attributes: Attributes) => void) => Promise<T>): Promise<T>;
  /** Adds to the active span, and returns its traceparent. */
  mark(attributes: Attributes): string | undefined;
  turnEnded(span: TurnSpan): void;
  /** Sends what is left. Never throws. */
  end(): Promise<void>;
}

/** Traces, if OTEL_EXPORTER_OTLP_ENDPOINT says where to; else nothing of OpenTelemetry is even loaded. */
export async function startTracing(
  { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }: Pick<Environment, 'OTEL_EXPORTER_OTLP_ENDPOINT'>,
  service: string,
): Promise<Tracing | undefined> {
  if (endpoint === undefined) return undefined;
  const { createTracing } = await import('./tracing.ts');
  return createTracing(service);
}
