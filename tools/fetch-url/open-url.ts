import { Agent, type Dispatcher, fetch, type Response } from 'undici';
import { ToolError } from '../tool.ts';
import { type AddressGuard, guardedAgent } from './guarded-agent.ts';

const MAX_REDIRECTS = 5;

export interface FetchPolicy extends AddressGuard {
  /** Reach private addresses too. */
  fetchPrivate: boolean;
}

/** Connects as the policy allows. */
export function agentFor({ fetchPrivate, ...guard }: FetchPolicy): Dispatcher {
  return fetchPrivate ? new Agent() : guardedAgent(guard);
}

/**
 * The answer of a page, each redirect on the way judged like the first address. Throws {@link ToolError} for an address that
 * is not for reading.
 */
export async function openUrl(
  url: string,
  dispatcher: Dispatcher,
  { accept, signal }: { accept: string; signal: AbortSignal },
): Promise<{ address: URL; response: Response }> {
  let address = checked(url);
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const headers = { accept, 'user-agent': 'holdfast' };
    const response = await fetch(address, { dispatcher, signal, headers, redirect: 'manual' });
    const location = response.status >= 300 && response.status < 400 && response.headers.get('location');
    if (!location) return { address, response };
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

/** The beginning of a body, up to a size; nothing more is read. */
export async function beginningOf(
  response: Response,
  maxBytes: number,
): Promise<{ bytes: Uint8Array; complete: boolean }> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > maxBytes) break;
  }
  return { bytes: Buffer.concat(chunks).subarray(0, maxBytes), complete: size <= maxBytes };
}

/** The error with its cause in words: undici says only "fetch failed". */
export function readable(error: unknown, url: string): Error {
  if (error instanceof ToolError) return error;
  const { message, cause } = error as Error & { cause?: Error & { code?: string } };
  if (cause instanceof ToolError) return cause;
  if (cause?.code === 'ENOTFOUND') return new ToolError(`there is no host ${new URL(url).hostname}`);
  return new Error(`${url} could not be read: ${cause?.message || cause?.code || message}`, { cause: error });
}
