import type { Payload } from '@temporalio/common';
import { z } from 'zod';
import { HttpError } from '../errors.ts';

const bytes = z.base64().transform((text) => Buffer.from(text, 'base64'));
const body = z.object({
  payloads: z.array(z.object({ metadata: z.record(z.string(), bytes).default({}), data: bytes.nullish() })),
});

/** Reads `{payloads: [{metadata, data}]}`, with bytes in base64. Throws a 400 `HttpError`. */
export function readPayloads(json: unknown): Payload[] {
  const parsed = body.safeParse(json);
  if (parsed.success)
    return parsed.data.payloads.map(({ metadata, data }) => ({ metadata, data: data ?? null }));
  const [issue] = parsed.error.issues;
  const where = issue?.path.join('.') || 'body';
  throw new HttpError(400, 'bad_request', `${where}: ${issue?.message}; bytes are to be in base64`);
}

/** The same the other way. */
export function writePayloads(payloads: Payload[]) {
  return {
    payloads: payloads.map(({ metadata, data }) => ({
      metadata: Object.fromEntries(
        Object.entries(metadata ?? {}).map(([name, value]) => [name, inBase64(value)]),
      ),
      data: inBase64(data ?? new Uint8Array()),
    })),
  };
}

function inBase64(value: Uint8Array): string {
  return Buffer.from(value).toString('base64');
}
