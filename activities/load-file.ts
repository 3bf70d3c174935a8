import type { Dispatcher } from 'undici';
import type { OutgoingFile } from '../contract/delivery.ts';
import type { NamedFile } from '../platforms/platform.ts';
import { agentFor, beginningOf, type FetchPolicy, openUrl, readable } from '../tools/fetch-url/open-url.ts';
import { ToolError } from '../tools/tool.ts';

const MAX_BYTES = 20 * 1024 * 1024;
const TIMEOUT_MS = 30_000;

/**
 * Reads files of replies. The function throws {@link ToolError} for a file that cannot be had, the signal's reason, or an
 * error that is worth another attempt.
 */
export function createLoadFile(policy: FetchPolicy) {
  let agent: Dispatcher | undefined;
  return async function loadFile(
    { name, mediaType, url }: OutgoingFile,
    signal: AbortSignal,
  ): Promise<NamedFile> {
    if (url === '') throw new ToolError('it is not kept any more');
    if (url.startsWith('data:'))
      return { name, mediaType, bytes: Buffer.from(url.slice(url.indexOf(',') + 1), 'base64') };
    agent ??= agentFor(policy);
    try {
      const both = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
      const { response } = await openUrl(url, agent, { accept: '*/*', signal: both });
      if (!response.ok) {
        await response.body?.cancel();
        const answered = `the server answered ${response.status}`;
        throw response.status >= 500 || response.status === 429
          ? new Error(answered)
          : new ToolError(answered);
      }
      const { bytes, complete } = await beginningOf(response, MAX_BYTES);
      if (!complete) throw new ToolError(`it is larger than ${MAX_BYTES / 1024 / 1024} MB`);
      return { name, mediaType, bytes };
    } catch (error) {
      signal.throwIfAborted();
      throw readable(error, url);
    }
  };
}
