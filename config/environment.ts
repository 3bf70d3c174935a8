import path from 'node:path';
import { z } from 'zod';
import { QUEUES, UNVERSIONED, WORK, type Work } from '../contract/queues.ts';
import { KeyRing } from '../encryption/key-ring.ts';

const text = z.string().trim().min(1);
const url = z.url({ protocol: /^https?$/ }).transform((value) => value.replace(/\/+$/, ''));
const port = z.coerce.number().int().min(0).max(65_535);
const flag = z.stringbool();

function asList(value: string): string[] {
  return value
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean);
}

function asKeyRing(value: string, context: z.RefinementCtx): KeyRing {
  try {
    return KeyRing.parse(value);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
}

const isWork = (name: string): name is Work => WORK.some((work) => work === name);

/** Every environment variable that holdfast reads, except Temporal's own (`@temporalio/envconfig`) and the providers' keys. */
const variables = z.object({
  PORT: port.default(8080),
  HOST: text.default('127.0.0.1'),
  HOLDFAST_HOME: text.default('.holdfast').transform((value) => path.resolve(value)),
  HOLDFAST_CONFIG: text.optional(),
  /** Names the version of workers for a rolling upgrade (docs/upgrading.md). Without it they are unversioned. */
  HOLDFAST_VERSION: z
    .string()
    .regex(/^[\w.+-]{1,100}$/, 'must be 1 to 100 letters, digits, or any of . _ + -')
    .refine(
      (version) => version !== UNVERSIONED,
      `"${UNVERSIONED}" is what workers without a version are called`,
    )
    .optional(),
  /** Whether kinds of work have queues of their own, if not as holdfast.config.ts says: the same for gateways and workers. */
  HOLDFAST_QUEUES: z.enum(QUEUES).optional(),
  /** The kinds of work that this worker does, separated by commas; all if not set (docs/scaling.md). */
  HOLDFAST_WORK: z
    .string()
    .default(WORK.join())
    .transform(asList)
    .refine(
      (names) => names.length > 0 && names.every(isWork),
      `must be one or more of ${WORK.join(', ')}, separated by commas`,
    )
    .transform((names) => WORK.filter((work) => names.includes(work))),
  /** How many conversations a worker keeps in memory between their messages (docs/scaling.md). It runs 40 at the same moment. */
  HOLDFAST_CACHED_CONVERSATIONS: z.coerce.number().int().min(40).default(400),
  HOLDFAST_MODEL: text.optional(),
  /** Turns voice messages into text. */
  HOLDFAST_TRANSCRIPTION_MODEL: text.optional(),
  /** Bearer keys of the HTTP API, separated by commas. */
  HOLDFAST_API_KEYS: z.string().default('').transform(asList),
  /** Where workers reach this gateway, for live deltas. */
  HOLDFAST_GATEWAY_URL: url.optional(),
  /** Shared by gateways and workers; without it, live deltas are off. */
  HOLDFAST_INTERNAL_KEY: text.optional(),
  /** Keys that encrypt what Temporal stores, the first of them, and decrypt it, all: docs/encryption.md. Not set: nothing is encrypted. */
  HOLDFAST_ENCRYPTION_KEYS: z.string().transform(asKeyRing).optional(),
  /** Where `holdfast codec-server` listens, on `HOST`. */
  HOLDFAST_CODEC_PORT: port.default(8234),
  /** Let `fetch_url`, and files of replies, reach private addresses. */
  HOLDFAST_FETCH_PRIVATE: flag.default(false),
  /** A gateway or worker tells its metrics there, on `HOST`, in the form of Prometheus; not set: nowhere. */
  HOLDFAST_METRICS_PORT: port.min(1).optional(),
  /** Where traces go: a collector that takes OTLP over HTTP. OpenTelemetry reads its other variables itself. */
  OTEL_EXPORTER_OTLP_ENDPOINT: url.optional(),
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
  DISCORD_APPLICATION_ID: text.optional(),
  DISCORD_PUBLIC_KEY: text.optional(),
  DISCORD_BOT_TOKEN: text.optional(),
  DISCORD_API_BASE_URL: url.default('https://discord.com/api'),
  SLACK_BOT_TOKEN: text.optional(),
  SLACK_SIGNING_SECRET: text.optional(),
  SLACK_API_BASE_URL: url.default('https://slack.com/api'),
  FEISHU_APP_ID: text.optional(),
  FEISHU_APP_SECRET: text.optional(),
  FEISHU_VERIFICATION_TOKEN: text.optional(),
  FEISHU_ENCRYPT_KEY: text.optional(),
  /** https://open.larksuite.com for Lark. */
  FEISHU_API_BASE_URL: url.default('https://open.feishu.cn'),
  WECHAT_APP_ID: text.optional(),
  WECHAT_APP_SECRET: text.optional(),
  WECHAT_TOKEN: text.optional(),
  WECHAT_ENCODING_AES_KEY: text.optional(),
  WECHAT_API_BASE_URL: url.default('https://api.weixin.qq.com'),
  WECOM_CORP_ID: text.optional(),
  WECOM_AGENT_ID: text.optional(),
  WECOM_SECRET: text.optional(),
  WECOM_TOKEN: text.optional(),
  WECOM_ENCODING_AES_KEY: text.optional(),
  WECOM_API_BASE_URL: url.default('https://qyapi.weixin.qq.com'),
  WHATSAPP_ACCESS_TOKEN: text.optional(),
  WHATSAPP_APP_SECRET: text.optional(),
  WHATSAPP_PHONE_NUMBER_ID: text.optional(),
  WHATSAPP_VERIFY_TOKEN: text.optional(),
  WHATSAPP_API_BASE_URL: url.default('https://graph.facebook.com'),
  TEAMS_APP_ID: text.optional(),
  TEAMS_APP_PASSWORD: text.optional(),
  TEAMS_TENANT_ID: text.optional(),
  TEAMS_OPENID_METADATA_URL: url.default('https://login.botframework.com/v1/.well-known/openidconfiguration'),
  /** Where access tokens come from. The API itself is where each message says (its service URL), unless this is set. */
  TEAMS_LOGIN_BASE_URL: url.default('https://login.microsoftonline.com'),
  TEAMS_API_BASE_URL: url.optional(),
  /** A service account's key file, as JSON. */
  GOOGLE_CHAT_CREDENTIALS: text.optional(),
  /** The app's project number, or the webhook's URL, as chosen in the Chat app's settings; for an add-on both, separated by a comma. */
  GOOGLE_CHAT_AUDIENCE: text.optional(),
  GOOGLE_CHAT_JWKS_URL: url.optional(),
  GOOGLE_CHAT_API_BASE_URL: url.default('https://chat.googleapis.com'),
  LINE_CHANNEL_ACCESS_TOKEN: text.optional(),
  LINE_CHANNEL_SECRET: text.optional(),
  LINE_API_BASE_URL: url.default('https://api.line.me'),
  /** Where LINE's files are; for tests and proxies. */
  LINE_DATA_API_BASE_URL: url.default('https://api-data.line.me'),
  MATRIX_HOMESERVER_URL: url.optional(),
  MATRIX_AS_TOKEN: text.optional(),
  MATRIX_HS_TOKEN: text.optional(),
  MATRIX_USER_ID: text.optional(),
  /** Whose invitations are accepted: `any`, `none`, or user ids and server names, separated by commas. */
  MATRIX_ACCEPT_INVITES: text.optional(),
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
