import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { DEFAULT_SETTINGS } from '../contract/settings.ts';
import { builtInTools } from '../tools/built-in-tools.ts';
import type { Config, HoldfastConfig } from './config.ts';
import { configSchema } from './config-schema.ts';
import { ConfigError, type Environment } from './environment.ts';
import { resolveAgents } from './resolve-agents.ts';
import { resolveFromHere } from './resolve-from-here.ts';

/** Where the config file is: HOLDFAST_CONFIG, or holdfast.config.ts in the working directory, which need not exist. */
export function configPath(environment: Pick<Environment, 'HOLDFAST_CONFIG'>): string {
  return path.resolve(environment.HOLDFAST_CONFIG ?? 'holdfast.config.ts');
}

/** Reads the config file, if there is one, and fills in the defaults. Throws {@link ConfigError}. */
export async function loadConfig(environment: Environment): Promise<Config> {
  const file = configPath(environment);
  const expected = environment.HOLDFAST_CONFIG !== undefined || existsSync(file);
  const own = expected ? validate(file, await importConfig(file)) : {};
  const { agent, routes = [], conversation, prices = {}, approvals, access } = own;
  const transcription = environment.HOLDFAST_TRANSCRIPTION_MODEL ?? agent?.transcription;
  const builtIns = builtInTools({ fetchPrivate: environment.HOLDFAST_FETCH_PRIVATE });
  return {
    agents: resolveAgents(own, environment.HOLDFAST_MODEL, builtIns),
    routes,
    ...(transcription === undefined ? {} : { transcription }),
    conversation: {
      whileBusy: conversation?.whileBusy ?? DEFAULT_SETTINGS.whileBusy,
      limits: { ...DEFAULT_SETTINGS.limits, ...conversation?.limits },
    },
    reset: conversation?.reset ?? 'none',
    prices,
    approvals: { expireMs: (approvals?.expireHours ?? 24) * 3_600_000 },
    access: { people: access?.people ?? {} },
  };
}

async function importConfig(file: string): Promise<unknown> {
  resolveFromHere();
  try {
    const module = (await import(pathToFileURL(file).href)) as { default?: unknown };
    return module.default;
  } catch (error) {
    throw new ConfigError(`${file}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

function validate(file: string, exported: unknown): HoldfastConfig {
  if (exported === undefined) throw new ConfigError(`${file}: needs \`export default defineConfig({ … })\``);
  const parsed = configSchema.safeParse(exported, { reportInput: false });
  if (parsed.success) return parsed.data as HoldfastConfig;
  const lines = parsed.error.issues.map((issue) => `${file}: ${issue.path.join('.')}: ${issue.message}`);
  throw new ConfigError(lines.join('\n'));
}
