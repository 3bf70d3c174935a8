import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { errorMessage } from '@temporalio/common';
import { ConfigError, type Environment } from './environment.ts';
import { resolveFromHere } from './resolve-from-here.ts';

/** A config file and what it exports by default. */
export interface ConfigFile {
  file: string;
  exported: unknown;
}

type Where = Pick<Environment, 'HOLDFAST_CONFIG'>;

/** Where the config file is: HOLDFAST_CONFIG, or holdfast.config.ts in the working directory, which need not exist. */
export function configPath({ HOLDFAST_CONFIG: named }: Where): string {
  return path.resolve(named ?? 'holdfast.config.ts');
}

/** Whether there is one, or should be. */
export function hasConfig(environment: Where): boolean {
  return environment.HOLDFAST_CONFIG !== undefined || existsSync(configPath(environment));
}

/** Runs the config file; undefined if there is none. Throws {@link ConfigError}. What is built for Lambda has the file in it instead. */
export async function readConfigFile(environment: Where): Promise<ConfigFile | undefined> {
  if (!hasConfig(environment)) return undefined;
  const file = configPath(environment);
  resolveFromHere();
  try {
    const { default: exported } = (await import(pathToFileURL(file).href)) as { default?: unknown };
    return { file, exported };
  } catch (error) {
    throw new ConfigError(`${file}: ${errorMessage(error) ?? String(error)}`, { cause: error });
  }
}
