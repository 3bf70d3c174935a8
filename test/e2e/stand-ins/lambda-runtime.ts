import { randomUUID } from 'node:crypto';
import { Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';

/**
 * What AWS Lambda's runtime for Node does in one execution environment: it loads the module (first argument) and calls what it exports
 * under a name (second argument), for one event after another.
 */
const [file = '', name = ''] = process.argv.slice(2);

interface Invocation {
  event: object;
  timeoutMs: number;
}
type Handler = (event: object, context: object) => Promise<unknown>;
type StreamingHandler = (event: object, response: Writable, context: object) => Promise<void>;

const streaming = new WeakSet<object>();
/** What comes before the body where a function streams: the response's head, and eight bytes of zeros. */
const heads = new WeakMap<Writable, object>();

Object.assign(globalThis, {
  awslambda: {
    streamifyResponse(handler: StreamingHandler) {
      streaming.add(handler);
      return handler;
    },
    HttpResponseStream: {
      from(response: Writable, head: object) {
        if (heads.has(response)) throw new Error('the head was already given');
        heads.set(response, head);
        return response;
      },
    },
  },
});

function contextOf(timeoutMs: number) {
  const end = Date.now() + timeoutMs;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: 'holdfast',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:holdfast',
    memoryLimitInMB: '1769',
    awsRequestId: randomUUID(),
    logGroupName: '/aws/lambda/holdfast',
    logStreamName: '2026/11/30/[$LATEST]0123456789abcdef0123456789abcdef',
    getRemainingTimeInMillis: () => end - Date.now(),
  };
}

/** Answers by pieces, each as soon as it is written. */
async function stream(handler: StreamingHandler, event: object, context: object): Promise<unknown> {
  let written = false;
  const response: Writable = new Writable({
    write(chunk: Buffer, _, done) {
      if (!written && !heads.has(response)) return done(new Error('the head must come first'));
      written = true;
      process.send?.({ piece: chunk.toString() }, undefined, undefined, () => done());
    },
  });
  await handler(event, response, context);
  if (!response.writableEnded) throw new Error('the stream was not ended');
  return heads.get(response);
}

const loading = performance.now();
const handler = ((await import(pathToFileURL(file).href)) as Record<string, unknown>)[name] as object;
process.on('message', (invocation: Invocation) => void invoke(invocation));
process.send?.({ loadedMs: performance.now() - loading });

async function invoke({ event, timeoutMs }: Invocation): Promise<void> {
  const context = contextOf(timeoutMs);
  try {
    const result = streaming.has(handler)
      ? await stream(handler as StreamingHandler, event, context)
      : await (handler as Handler)(event, context);
    // As it goes to Lambda: what is no JSON is lost.
    process.send?.({ result: JSON.stringify(result ?? null) });
  } catch (error) {
    process.send?.({ error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) });
  }
}
