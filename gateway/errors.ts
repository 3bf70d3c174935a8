import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

/** An answer with an error in the form of the whole HTTP interface: `{error: {code, message}}`. */
export class HttpError extends HTTPException {
  readonly code: string;
  readonly headers: Record<string, string>;
  /** The field of the request that it is about. */
  readonly field: string | undefined;
  constructor(
    status: ContentfulStatusCode,
    code: string,
    message: string,
    options: { cause?: unknown; headers?: Record<string, string>; field?: string } = {},
  ) {
    super(status, { message, cause: options.cause });
    this.code = code;
    this.headers = options.headers ?? {};
    this.field = options.field;
  }
}

/** Temporal or its workers cannot be reached: the caller keeps the message and tries again. */
export function unavailable(code: 'temporal_unavailable' | 'worker_unavailable', cause?: unknown): HttpError {
  const message =
    code === 'temporal_unavailable'
      ? 'Temporal cannot be reached. Send it again, with the same id.'
      : 'No worker answered in time. Messages are still taken in; try again to read.';
  return new HttpError(503, code, message, { cause, headers: { 'retry-after': '2' } });
}

export function errorResponse(context: Context, error: HttpError): Response {
  return context.json({ error: { code: error.code, message: error.message } }, error.status, {
    ...error.headers,
  });
}
