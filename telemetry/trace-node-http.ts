import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { type Span, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';

/**
 * Makes a span of each call by Node's own HTTP client within a span, as grammY makes them; OpenTelemetry's instrumentation of it patches
 * modules, which ES modules do not see. Where it goes is told as host and port only.
 */
export function traceNodeHttp(tracer: Tracer): void {
  const open = new WeakMap<ClientRequest, Span>();
  subscribe('http.client.request.start', (message) => {
    const { request } = message as { request: ClientRequest };
    if (!trace.getActiveSpan()) return;
    const { protocol, method } = request;
    const [host = '', port = protocol === 'https:' ? '443' : '80'] = String(request.getHeader('host')).split(
      /:(?=\d+$)/,
    );
    const attributes = {
      'http.request.method': method,
      'server.address': host,
      'server.port': Number(port),
      'url.scheme': protocol.replace(':', ''),
    };
    open.set(request, tracer.startSpan(method, { kind: SpanKind.CLIENT, attributes }));
  });
  subscribe('http.client.response.finish', (message) => {
    const { request, response } = message as { request: ClientRequest; response: IncomingMessage };
    const { statusCode = 0 } = response;
    const span = open.get(request)?.setAttribute('http.response.status_code', statusCode);
    if (statusCode >= 400) span?.setStatus({ code: SpanStatusCode.ERROR });
    span?.end();
  });
  subscribe('http.client.request.error', (message) => {
    const { request } = message as { request: ClientRequest };
    open.get(request)?.setStatus({ code: SpanStatusCode.ERROR }).end();
  });
}
