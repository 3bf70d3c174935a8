import path from 'node:path';
import { z } from 'zod';

const text = z.string().trim().min(1);
const url = z.url({ protocol: /^https?$/ }).transform((value) => value.replace(/\/+$/, ''));
const port = z.coerce.number().int().min(0).max(65_535);
const flag = z.stringbool();

/** Every environment variable that holdfast reads, except Temporal's own (`@temporalio/envconfig`) and the providers' keys. */
const variables = z.object({
  PORT: port.default(8080),
  HOST: text.default('127.0.0.1'),
  HOLDFAST_HOME: text.default('.holdfast').transform((value) => path.resolve(value)),
  HOLDFAST_CONFIG: text.optional(),
  HOLDFAST_MODEL: text.optional(),
  /** Bearer keys of the HTTP API, separated by commas. */
  HOLDFAST_API_KEYS: z
    .string()
    .default('')
    .transform((value) =>
      value
        .split(',')
        .map((key) => key.trim())
        .filter(Boolean),
    ),
  /** Where workers reach this gateway, for live deltas. */
  HOLDFAST_GATEWAY_URL: url.optional(),
  /** Shared by gateways and workers; without it, live deltas are off. */
  HOLDFAST_INTERNAL_KEY: text.optional(),
  /** Let `fetch_url` reach private addresses. */
  HOLDFAST_FETCH_PRIVATE: flag.default(false),
  HOLDFAST_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  /** Ports of the embedded Temporal server. */
  HOLDFAST_TEMPORAL_PORT: port.default(7233),
  HOLDFAST_TEMPORAL_UI_PORT: port.default(8233),
  TEMPORAL_ADDRESS: text.optional(),
  TEMPORAL_CLI: text.optional(),
  /** Base URL of Temporal's UI, for links to a conversation. */
  TEMPORAL_UI_URL: url.optional(),
  HTTP_WEBHOOK_SECRET: text.optional(),
  HTTP_CALLBACK_URL: z.url({ protocol: /^https?$/ }).optional(),
  TELEGRAM_BOT_TOKEN: text.optional(),
  TELEGRAM_WEBHOOK_SECRET: text.optional(),
  TELEGRAM_API_BASE_URL: url.default('https://api.telegram.org'),
  OPENAI_API_KEY: text.optional(),
  OPENAI_BASE_URL: url.optional(),
  ANTHROPIC_API_KEY: text.optional(),
  ANTHROPIC_BASE_URL: url.optional(),
  GOOGLE_GENERATIVE_AI_API_KEY: text.optional(),
  GOOGLE_BASE_URL: url.optional(),
  OPENAI_COMPATIBLE_API_KEY: text.optional(),
  OPENAI_COMPATIBLE_BASE_URL: url.optional(),
});

export type Environment = z.output<typeof variables>;

/** What is wrong with the environment or the config file, each line naming the field and the fix; no values. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

/** Reads the environment. Empty variables count as not set. Throws {@link ConfigError}. */
export function readEnvironment(env: NodeJS.ProcessEnv = process.env): Environment {
  const set = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = variables.safeParse(set, { reportInput: false });
  if (parsed.success) return parsed.data;
  throw new ConfigError(
    parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'),
  );
}
