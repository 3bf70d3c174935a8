import { randomBytes } from 'node:crypto';
import type { World } from '../world.ts';

/** What is off by default and may be on beside, by name: the variables that switch it on. It tells what that costs. */
export const VARIANTS: Record<string, (world: World) => Record<string, string>> = {
  encrypted: () => ({ HOLDFAST_ENCRYPTION_KEYS: `bench:${randomBytes(32).toString('base64')}` }),
  traced: ({ url }) => ({ OTEL_EXPORTER_OTLP_ENDPOINT: url }),
};
