import { type Served, serve } from '../support/serve.ts';

/** A span as it came. */
export interface CollectedSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  /** `service.name` of the process. */
  service: string;
  attributes: Record<string, string | number | undefined>;
  startMs: number;
  endMs: number;
}

type Value = { stringValue?: string; intValue?: number | string };
type Attributes = { key: string; value: Value }[];
interface Export {
  resourceSpans: {
    resource: { attributes: Attributes };
    scopeSpans: {
      spans: {
        traceId: string;
        spanId: string;
        parentSpanId?: string;
        name: string;
        startTimeUnixNano: string;
        endTimeUnixNano: string;
        attributes: Attributes;
      }[];
    }[];
  }[];
}

/** An OpenTelemetry collector that takes traces as OTLP over HTTP in JSON, and refuses all else. */
export class OtlpCollector {
  readonly spans: CollectedSpan[] = [];
  /** All that came, as it came. */
  raw = '';
  #served!: Served;

  static async start(): Promise<OtlpCollector> {
    const collector = new OtlpCollector();
    collector.#served = await serve(({ method, url, headers }, body, response) => {
      const isJson = headers['content-type'] === 'application/json';
      if (method !== 'POST' || url !== '/v1/traces' || !isJson) {
        response.writeHead(415).end();
        return;
      }
      collector.#take(body);
      response.setHeader('content-type', 'application/json').end('{}');
    });
    return collector;
  }

  get url(): string {
    return this.#served.url;
  }

  /** The spans of the trace that this one belongs to, once it has come. */
  traceOf(is: (span: CollectedSpan) => boolean): CollectedSpan[] {
    const traceId = this.spans.find(is)?.traceId;
    return this.spans.filter((span) => span.traceId === traceId);
  }

  async close(): Promise<void> {
    await this.#served.close();
  }

  #take(body: string): void {
    this.raw += body;
    for (const { resource, scopeSpans } of (JSON.parse(body) as Export).resourceSpans)
      for (const { startTimeUnixNano, endTimeUnixNano, ...span } of scopeSpans.flatMap(
        ({ spans }) => spans,
      )) {
        if (!/^[0-9a-f]{32}$/.test(span.traceId) || !/^[0-9a-f]{16}$/.test(span.spanId))
          throw new Error(`no ids of a span: ${span.traceId} ${span.spanId}`);
        this.spans.push({
          ...span,
          service: String(asObject(resource.attributes)['service.name']),
          attributes: asObject(span.attributes),
          startMs: Number(BigInt(startTimeUnixNano) / 1_000_000n),
          endMs: Number(BigInt(endTimeUnixNano) / 1_000_000n),
        });
      }
  }
}

function asObject(attributes: Attributes): CollectedSpan['attributes'] {
  return Object.fromEntries(
    attributes.map(({ key, value: { stringValue, intValue } }) => [
      key,
      stringValue ?? (intValue === undefined ? undefined : Number(intValue)),
    ]),
  );
}
