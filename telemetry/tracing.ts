import { type Context, context, SpanKind, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import {
  defaultResource,
  detectResources,
  envDetector,
  hostDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  type IdGenerator,
  RandomIdGenerator,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { spanIdOf } from '../contract/trace.ts';
import type { Tracing } from './start-tracing.ts';
import { traceNodeHttp } from './trace-node-http.ts';

/** A process that is killed takes what it has not sent with it. */
const SENT_AFTER_MS = 1_000;
const KINDS = { server: SpanKind.SERVER, internal: SpanKind.INTERNAL };

/** Traces to where OpenTelemetry's own variables say (OTLP over HTTP, as JSON). */
export function createTracing(service: string): Tracing {
  const ids = new GivenIds();
  const exporter = new OTLPTraceExporter();
  const provider = new TracerProvider({
    idGenerator: ids,
    // What the operator's variables say wins.
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': service }))
      .merge(detectResources({ detectors: [hostDetector, envDetector] })),
    spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis: SENT_AFTER_MS })],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const tracer = provider.getTracer('holdfast');
  traceCalls(provider);
  traceNodeHttp(tracer);
  return {
    span({ name, kind, parent, attributes }, work) {
      const above = parent === undefined ? context.active() : remote(parent);
      return tracer.startActiveSpan(name, { kind: KINDS[kind], attributes }, above, async (span) => {
        try {
          return await work((more) => void span.setAttributes(more));
        } catch (error) {
          // Its message may quote what people wrote.
          span.setStatus({ code: SpanStatusCode.ERROR });
          span.setAttribute('error.type', typeOf(error));
          throw error;
        } finally {
          span.end();
        }
      });
    },
    mark(attributes) {
      const span = trace.getActiveSpan();
      span?.setAttributes(attributes);
      const of = span?.spanContext();
      return of && `00-${of.traceId}-${of.spanId}-0${of.traceFlags & TraceFlags.SAMPLED}`;
    },
    turnEnded({ traceparent, parent, startedAt, endedAt, conversation, turn, status }) {
      const attributes = {
        'holdfast.conversation': conversation,
        'holdfast.turn': turn,
        'holdfast.status': status,
      };
      ids.next = spanIdOf(traceparent);
      const span = tracer.startSpan('turn', { startTime: startedAt, attributes }, remote(parent));
      if (status === 'failed') span.setStatus({ code: SpanStatusCode.ERROR });
      span.end(endedAt);
    },
    end: () => provider.shutdown().catch(() => {}),
  };
}

/** A turn's span has its id before it is made. */
class GivenIds implements IdGenerator {
  next: string | undefined;
  readonly #random = new RandomIdGenerator();

  generateTraceId(): string {
    return this.#random.generateTraceId();
  }

  generateSpanId(): string {
    const { next = this.#random.generateSpanId() } = this;
    this.next = undefined;
    return next;
  }
}

/** Every HTTP call within a span is one below it. Where it goes is told as host and port only: paths and queries hold secrets, and what people wrote. */
function traceCalls(provider: TracerProvider): void {
  const calls = new UndiciInstrumentation({
    requireParentforSpans: true,
    startSpanHook: ({ origin }) => ({ 'url.full': origin, 'url.path': '', 'url.query': '' }),
  });
  calls.setTracerProvider(provider);
  calls.enable();
}

function remote(traceparent: string): Context {
  const [, traceId = '', spanId = '', flags = ''] = traceparent.split('-');
  const above = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
  return trace.setSpanContext(context.active(), above);
}

function typeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'type' in error && typeof error.type === 'string' ? error.type : error.name;
}
