import path from 'node:path';
import { configPath, hasConfig } from '../../config/config-file.ts';
import { readEnvironment } from '../../config/environment.ts';
import { PROJECT } from './bundle.ts';
import type { Replacements } from './replaced.ts';

/** The user's config file in place of what reads one: bundled, with all that it imports. Throws ConfigError. */
export function ownConfig(): Replacements {
  const environment = readEnvironment();
  const file = configPath(environment);
  const none = 'export async function readConfigFile() {}';
  const own = `
    export async function readConfigFile() {
      const { default: exported } = await import(${JSON.stringify(file)});
      return { file: ${JSON.stringify(path.basename(file))}, exported };
    }`;
  return { [path.join(PROJECT, 'config/config-file.ts')]: hasConfig(environment) ? own : none };
}
