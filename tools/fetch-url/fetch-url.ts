import { Agent, type Dispatcher, fetch, type Response } from 'undici';
import { z } from 'zod';
import { defineTool } from '../define-tool.ts';
import { type Tool, ToolError } from '../tool.ts';
import { type AddressGuard, guardedAgent } from './guarded-agent.ts';
import { isReadable, pageText } from './page-text.ts';

const MAX_REDIRECTS = 5;
const MAX_BYTES = 1024 * 1024;

export interface FetchUrlOptions extends AddressGuard {
  /** Reach private addresses too. */
  fetchPrivate: boolean;
  /** For everything from the first connection to the last byte; 20,000 if not given. */
  timeoutMs?: number;
}

/** The tool `fetch_url`: the text of a page, public addresses only unless allowed. */
export function fetchUrl({ fetchPrivate, timeoutMs = 20_000, ...guard }: FetchUrlOptions): Tool {
  let agent: Dispatcher | undefined;
  return defineTool({
    name: 'fetch_url',
    description:
      'Read a web page, or other text, by its http or https address. Gives its text without links and images.',
    input: z.object({ url: z.string().max(4000).describe('the whole address, with http:// or https://') }),
    effect: 'read',
    timeoutMs: timeoutMs + 10_000,
    async run({ url }, { signal }) {
      agent ??= fetchPrivate ? new Agent() : guardedAgent(guard);
      const timeout = AbortSignal.timeout(timeoutMs);
      try {
        return await read(url, agent, AbortSignal.any([signal, timeout]));
      } catch (error) {
        signal.throwIfAborted();
        if (timeout.aborted)
          throw new ToolError(`${url} did not answer in full within ${timeoutMs / 1000} s`);
        throw readable(error, url);
      }
    },
  });
}

async function read(url: string, dispatcher: Dispatcher, signal: AbortSignal): Promise<string> {
  let address = checked(url);
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const headers = {
      accept: 'text/html, text/*;q=0.9, application/json, application/xml',
      'user-agent': 'holdfast',
    };
    const response = await fetch(address, { dispatcher, signal, headers, redirect: 'manual' });
    const location = response.status >= 300 && response.status < 400 && response.headers.get('location');
    if (!location) return `${address.href}\n\n${await textOf(response)}`;
    await response.body?.cancel();
    address = checked(location, address.href);
  }
  throw new ToolError(`${url} redirects more than ${MAX_REDIRECTS} times`);
}

function checked(url: string, base?: string): URL {
  if (!URL.canParse(url, base))
    throw new ToolError(`"${url}" is not an address; give one with http:// or https://`);
  const address = new URL(url, base);
  if (address.protocol !== 'http:' && address.protocol !== 'https:')
    throw new ToolError(`${address.protocol} addresses cannot be read; only http and https can`);
  if (address.username || address.password)
    throw new ToolError('an address with a user name or password is not read');
  return address;
}

async function textOf(response: Response): Promise<string> {
  const contentType = response.headers.get('content-type') ?? '';
  const mediaType = contentType.replace(/;.*/s, '').trim().toLowerCase();
  if (!response.ok || !isReadable(mediaType)) {
    await response.body?.cancel();
    if (response.ok) throw new ToolError(`this is ${mediaType || 'of no named type'}, not text`);
    const answered = `the server answered ${response.status} ${response.statusText}`.trim();
    throw response.status >= 500 || response.status === 429 ? new Error(answered) : new ToolError(answered);
  }
  const { body, complete } = await beginning(response);
  return pageText(body, mediaType, contentType, complete);
}

/** The first megabyte of a body; nothing more is read. */
async function beginning(response: Response): Promise<{ body: Uint8Array; complete: boolean }> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MAX_BYTES) break;
  }
  return { body: Buffer.concat(chunks).subarray(0, MAX_BYTES), complete: size <= MAX_BYTES };
}

/** The error with its cause in words: undici says only "fetch failed". */
function readable(error: unknown, url: string): Error {
  if (error instanceof ToolError) return error;
  const { message, cause } = error as Error & { cause?: Error & { code?: string } };
  if (cause instanceof ToolError) return cause;
  if (cause?.code === 'ENOTFOUND') return new ToolError(`there is no host ${new URL(url).hostname}`);
  return new Error(`${url} could not be read: ${cause?.message || cause?.code || message}`, { cause: error });
}
