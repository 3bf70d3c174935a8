import type { Dispatcher, Response } from 'undici';
import { z } from 'zod';
import { defineTool } from '../define-tool.ts';
import { type Tool, ToolError } from '../tool.ts';
import { agentFor, beginningOf, type FetchPolicy, openUrl, readable } from './open-url.ts';
import { isReadable, pageText } from './page-text.ts';

const MAX_BYTES = 1024 * 1024;
const ACCEPT = 'text/html, text/*;q=0.9, application/json, application/xml';

export interface FetchUrlOptions extends FetchPolicy {
  /** For everything from the first connection to the last byte; 20,000 if not given. */
  timeoutMs?: number;
}

/** The tool `fetch_url`: the text of a page, public addresses only unless allowed. */
export function fetchUrl({ timeoutMs = 20_000, ...policy }: FetchUrlOptions): Tool {
  let agent: Dispatcher | undefined;
  return defineTool({
    name: 'fetch_url',
    description:
      'Read a web page, or other text, by its http or https address. Gives its text without links and images.',
    input: z.object({ url: z.string().max(4000).describe('the whole address, with http:// or https://') }),
    effect: 'read',
    timeoutMs: timeoutMs + 10_000,
    async run({ url }, { signal }) {
      agent ??= agentFor(policy);
      const timeout = AbortSignal.timeout(timeoutMs);
      try {
        const both = AbortSignal.any([signal, timeout]);
        const { address, response } = await openUrl(url, agent, { accept: ACCEPT, signal: both });
        return `${address.href}\n\n${await textOf(response)}`;
      } catch (error) {
        signal.throwIfAborted();
        if (timeout.aborted)
          throw new ToolError(`${url} did not answer in full within ${timeoutMs / 1000} s`);
        throw readable(error, url);
      }
    },
  });
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
  const { bytes, complete } = await beginningOf(response, MAX_BYTES);
  return pageText(bytes, mediaType, contentType, complete);
}
