import { defaultDataConverter, type LoadedDataConverter } from '@temporalio/common';
import { decodeOptionalSinglePayload } from '@temporalio/common/lib/internal-non-workflow/index.js';
import type { Failure } from './history.ts';

/** What a failure says, decrypted where it is encrypted, or why that cannot be done. */
export async function failureMessage(
  { message, encodedAttributes }: Failure,
  converter: LoadedDataConverter = defaultDataConverter,
): Promise<string> {
  try {
    const encoded = await decodeOptionalSinglePayload<Failure>(converter, encodedAttributes);
    return encoded?.message ?? message ?? '';
  } catch (error) {
    return `what failed cannot be read: ${(error as Error).message}`;
  }
}
