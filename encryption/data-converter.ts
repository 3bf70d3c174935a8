import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import { EncryptionCodec } from './encryption-codec.ts';
import type { KeyRing } from './key-ring.ts';

/** What errors say becomes a value, which is encrypted as all values are. Workflow code is bundled with it. */
export const FAILURES = fileURLToPath(new URL('../contract/failure-converter.ts', import.meta.url));

/**
 * How values are written at Temporal, and read: as the SDK does it, or encrypted. Clients, workers and replays all need the same one.
 */
export function createDataConverter(keys: KeyRing | undefined): DataConverter {
  if (keys === undefined) return {};
  return { payloadCodecs: [new EncryptionCodec(keys)], failureConverterPath: FAILURES };
}
