import { MAX_MESSAGE, TOO_LONG } from './transport.ts';

const NULL_BODY = new Set([101, 103, 204, 205, 304]);

/** The response with a body that fails where a message of it gets too long; `ended` is told when the body has ended, however. */
export function boundedBody(response: Response, ended: () => void): Response {
  if (!response.body || NULL_BODY.has(response.status)) return response;
  const events = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false;
  let size = 0;
  const bound = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      size += chunk.length;
      if (size > MAX_MESSAGE) {
        controller.error(new Error(TOO_LONG));
        ended();
      } else controller.enqueue(chunk);
      if (events && endsEvent(Buffer.from(chunk))) size = 0;
    },
    flush: ended,
    cancel: ended,
  });
  const { status, statusText, headers } = response;
  return new Response(response.body.pipeThrough(bound), { status, statusText, headers });
}

/** A blank line ends each event. */
function endsEvent(chunk: Buffer): boolean {
  return chunk.includes('\n\n') || chunk.includes('\n\r\n');
}
