import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { DEFAULT_SETTINGS, WHILE_BUSY } from '../contract/settings.ts';
import { builtInTools } from '../tools/built-in-tools.ts';
import { mcpServersSchema } from '../tools/mcp/config.ts';
import type { Tool } from '../tools/tool.ts';
import { type Config, DEFAULT_SYSTEM, type HoldfastConfig } from './config.ts';
import { ConfigError, type Environment } from './environment.ts';
import { resolveFromHere } from './resolve-from-here.ts';

const isTool = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'run' in value && 'effect' in value && 'attempts' in value;

const schema = z.strictObject({
  agent: z
    .strictObject({
      model: z.string().min(1).optional(),
      transcription: z.string().min(1).optional(),
      system: z.string().optional(),
      tools: z.array(z.custom<Tool>(isTool, 'must be made by defineTool')).optional(),
    })
    .optional(),
  mcpServers: mcpServersSchema.optional(),
  conversation: z
    .strictObject({
      whileBusy: z.enum(WHILE_BUSY).optional(),
      limits: z
        .strictObject({
          steps: z.number().int().positive().optional(),
          seconds: z.number().positive().optional(),
          failures: z.number().int().positive().optional(),
        })
        .optional(),
    })
    .optional(),
});

/** Where the config file is: HOLDFAST_CONFIG, or holdfast.config.ts in the working directory, which need not exist. */
export function configPath(environment: Pick<Environment, 'HOLDFAST_CONFIG'>): string {
  return path.resolve(environment.HOLDFAST_CONFIG ?? 'holdfast.config.ts');
}

/** Reads the config file, if there is one, and fills in the defaults. Throws {@link ConfigError}. */
export async function loadConfig(environment: Environment): Promise<Config> {
  const file = configPath(environment);
  const expected = environment.HOLDFAST_CONFIG !== undefined || existsSync(file);
  const own = expected ? validate(file, await importConfig(file)) : {};
  const { agent, mcpServers = {}, conversation } = own;
  const transcription = environment.HOLDFAST_TRANSCRIPTION_MODEL ?? agent?.transcription;
  return {
    agent: {
      model: environment.HOLDFAST_MODEL ?? agent?.model ?? 'demo',
      ...(transcription === undefined ? {} : { transcription }),
      system: agent?.system ?? DEFAULT_SYSTEM,
      tools: withBuiltIns(agent?.tools ?? [], environment),
    },
    mcpServers,
    conversation: {
      whileBusy: conversation?.whileBusy ?? DEFAULT_SETTINGS.whileBusy,
      limits: { ...DEFAULT_SETTINGS.limits, ...conversation?.limits },
    },
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
  const parsed = schema.safeParse(exported, { reportInput: false });
  if (parsed.success) return parsed.data as HoldfastConfig;
  const lines = parsed.error.issues.map((issue) => `${file}: ${issue.path.join('.')}: ${issue.message}`);
  throw new ConfigError(lines.join('\n'));
}

function withBuiltIns(own: Tool[], environment: Environment): Tool[] {
  const names = new Set<string>();
  for (const { name } of own) {
    if (names.has(name)) throw new ConfigError(`agent.tools: "${name}" is there twice; rename one`);
    names.add(name);
  }
  const builtIn = builtInTools({ fetchPrivate: environment.HOLDFAST_FETCH_PRIVATE });
  return [...builtIn.filter(({ name }) => !names.has(name)), ...own];
}
