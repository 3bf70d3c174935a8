import { inKilobytes } from '../contract/size.ts';

/** Longest line of a stream, in bytes, and longest answer that is none: more would fill the worker's memory. */
const MOST = 8 * 1024 * 1024;
const NEWLINE = 0x0a;
/** How OpenAI's dialect, and those who copy it, end a stream. */
const DONE = 'data: [DONE]';

/** The model did not stop. */
export class AnswerTooLong extends Error {
  override name = 'AnswerTooLong';
  constructor(bytes: number) {
    super(`the model did not come to an end within ${inKilobytes(bytes)}`);
  }
}

/** `fetch` for providers: an answer ends where it says so, whether or not its server closes the connection, and has a bound. */
export const answerFetch: typeof fetch = async (input, init) => {
  const response = await fetch(input, init);
  const { body, ok } = response;
  return body ? new Response(body.pipeThrough(bounded(ok)), response) : response;
};

function bounded(inLines: boolean): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  let line = 0;
  let tail = '';
  return new TransformStream({
    transform(bytes, controller) {
      const newline = inLines ? bytes.lastIndexOf(NEWLINE) : -1;
      line = newline < 0 ? line + bytes.length : bytes.length - newline - 1;
      if (line > MOST) throw new AnswerTooLong(MOST);
      controller.enqueue(bytes);
      tail = (tail + Buffer.from(bytes.subarray(-2 * DONE.length)).toString('latin1')).slice(
        -2 * DONE.length,
      );
      if (tail.trimEnd().endsWith(`\n${DONE}`) && tail.endsWith('\n')) controller.terminate();
    },
  });
}
