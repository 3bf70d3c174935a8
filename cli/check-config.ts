import { fileURLToPath } from 'node:url';
import { ConfigError, readEnvironment } from '../config/environment.ts';
import { loadConfig } from '../config/load-config.ts';
import { resolveMcpServers } from '../config/mcp-servers.ts';
import { createPlatforms, enabledPlatforms } from '../config/platforms.ts';
import { resolveModel } from '../models/resolve-model.ts';
import { resolveTranscriptionModel } from '../models/resolve-transcription-model.ts';
import { runTool } from './run-tool.ts';

/** What the banner says of a config that is right. */
export interface ConfigSummary {
  model: string;
  platforms: string[];
}

/** Reads environment and config file as gateway and worker do; what other workers need, it does not miss. Throws ConfigError. */
export async function checkConfig(env: NodeJS.ProcessEnv): Promise<ConfigSummary> {
  const environment = readEnvironment(env);
  const config = await loadConfig(environment);
  const { HOLDFAST_WORK: work } = environment;
  const callsModels = work.includes('model');
  if (callsModels || work.includes('tools')) resolveMcpServers(config.mcpServers, env);
  const { agents, transcription } = config;
  const models = callsModels ? agents.flatMap((agent) => agent.models) : [];
  await Promise.all([
    ...models.map((model) => resolveModel(model, environment)),
    transcription === undefined || !callsModels
      ? undefined
      : resolveTranscriptionModel(transcription, environment),
    createPlatforms(environment),
  ]).catch((error: Error) => {
    throw new ConfigError(error.message, { cause: error });
  });
  return { model: agents[0].models[0], platforms: ['web', ...enabledPlatforms(environment)] };
}

const CLI = fileURLToPath(new URL('./holdfast.ts', import.meta.url));

/** The same in a process of its own, where the file is read afresh and cannot harm ours. */
export async function checkConfigApart(env: NodeJS.ProcessEnv, stop: AbortSignal): Promise<ConfigSummary> {
  const args = [CLI, 'config', 'check', '--json'];
  try {
    const output = await runTool(process.execPath, args, { cwd: process.cwd(), env, stop });
    // The config file may print too; the summary comes last.
    return JSON.parse(output.trim().split('\n').at(-1) ?? '');
  } catch (error) {
    stop.throwIfAborted();
    throw new ConfigError((error as Error).message);
  }
}
