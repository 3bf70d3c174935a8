import { WORK } from '../contract/queues.ts';
import { DEFAULT_SETTINGS } from '../contract/settings.ts';
import type { Config, HoldfastConfig } from './config.ts';
import { type ConfigFile, readConfigFile } from './config-file.ts';
import { configSchema } from './config-schema.ts';
import { ConfigError, type Environment } from './environment.ts';
import { resolveAgents } from './resolve-agents.ts';

/** Reads the config file, if there is one, and fills in the defaults. Throws {@link ConfigError}. */
export async function loadConfig(environment: Environment): Promise<Config> {
  const configFile = await readConfigFile(environment);
  const own = configFile ? validate(configFile) : {};
  const {
    agent,
    routes = [],
    mcpServers = {},
    conversation,
    prices = {},
    approvals,
    access,
    delegation,
  } = own;
  const queues = environment.HOLDFAST_QUEUES ?? own.queues ?? 'one';
  if (queues === 'one' && environment.HOLDFAST_WORK.length < WORK.length)
    throw new ConfigError(
      "HOLDFAST_WORK: every worker does all kinds of work while they share one queue; unset it, or set queues: 'split' in holdfast.config.ts",
    );
  const transcription = environment.HOLDFAST_TRANSCRIPTION_MODEL ?? agent?.transcription;
  const limits = { ...DEFAULT_SETTINGS.limits, ...conversation?.limits };
  const { maxTasks = 4, maxDepth = 1 } = delegation ?? {};
  const delegates = { maxTasks, maxDepth, limits: { ...limits, ...delegation?.limits } };
  const timeZone = own.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const reset = conversation?.reset ?? 'none';
  return {
    agents: resolveAgents(own, environment.HOLDFAST_MODEL, delegates),
    routes,
    mcpServers,
    timeZone,
    ...(transcription === undefined ? {} : { transcription }),
    conversation: {
      whileBusy: conversation?.whileBusy ?? DEFAULT_SETTINGS.whileBusy,
      limits,
    },
    reset: typeof reset === 'object' && 'dailyAt' in reset ? { timeZone, ...reset } : reset,
    prices,
    approvals: { expireMs: (approvals?.expireHours ?? 24) * 3_600_000 },
    access: {
      policy: access?.policy ?? 'open',
      people: access?.people ?? {},
      groups: access?.groups ?? {},
      limits: access?.limits ?? {},
    },
    queues,
    ...(own.tenant ? { tenant: own.tenant } : {}),
  };
}

function validate({ file, exported }: ConfigFile): HoldfastConfig {
  if (exported === undefined) throw new ConfigError(`${file}: needs \`export default defineConfig({ … })\``);
  const parsed = configSchema.safeParse(exported, { reportInput: false });
  if (parsed.success) return parsed.data as HoldfastConfig;
  const lines = parsed.error.issues.map((issue) => {
    const message = issue.code === 'invalid_key' ? issue.issues[0]?.message : issue.message;
    return `${file}: ${issue.path.join('.')}: ${message}`;
  });
  throw new ConfigError(lines.join('\n'));
}
