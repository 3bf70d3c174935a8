import type { Client } from '@temporalio/client';
import type { ActivityDependencies } from '../activities/activities.ts';
import { createMemoryStore } from '../activities/memory-store.ts';
import { createPushLive } from '../activities/push-live.ts';
import { createScheduleStore } from '../activities/schedule-store.ts';
import type { Config } from '../config/config.ts';
import type { Environment } from '../config/environment.ts';
import { loadConfig } from '../config/load-config.ts';
import type { Log } from '../config/log.ts';
import { resolveMcpServers } from '../config/mcp-servers.ts';
import { createPlatforms } from '../config/platforms.ts';
import type { Work } from '../contract/queues.ts';
import { resolveTranscriptionModel } from '../models/resolve-transcription-model.ts';
import type { Platform } from '../platforms/platform.ts';
import { builtInTools } from '../tools/built-in-tools.ts';
import type { McpTools } from '../tools/mcp/mcp-tools.ts';
import { createAgents, namesOfTools } from './agents.ts';
import { mcpTools } from './mcp-tools.ts';

/** What a worker works with: what its activities need, and what of that has to be closed. */
export interface Equipment {
  config: Config;
  platforms: ReadonlyMap<string, Platform>;
  /** For the activities of workers whose client is this one. */
  equip(client: Client): Promise<{ dependencies: Dependencies; mcp: McpTools }>;
}

/** What activities need, save what is of one process. */
type Dependencies = Omit<ActivityDependencies, 'handedOver' | 'noteAttempt'>;

/** Loads what the work of this environment takes. Throws ConfigError. */
export async function loadEquipment(environment: Environment, log: Log): Promise<Equipment> {
  const config = await loadConfig(environment);
  const { transcription, timeZone, queues } = config;
  const { HOLDFAST_WORK: work, HOLDFAST_FETCH_PRIVATE: fetchPrivate } = environment;
  const does = (...kinds: Work[]) => kinds.some((kind) => work.includes(kind));
  const [transcriptionModel, platforms] = await Promise.all([
    transcription === undefined || !does('model')
      ? undefined
      : resolveTranscriptionModel(transcription, environment),
    createPlatforms(environment),
  ]);
  return {
    config,
    platforms,
    async equip(client) {
      const schedules = createScheduleStore(client);
      const builtIns = builtInTools({ fetchPrivate, schedules, timeZone, memory: createMemoryStore(client) });
      // Models are told of tools.
      const mcp = await mcpTools(does('model', 'tools') ? resolveMcpServers(config.mcpServers) : {}, {
        log,
        taken: namesOfTools(config.agents, builtIns),
      });
      const dependencies: Dependencies = {
        client,
        agents: createAgents(config.agents, environment, builtIns, mcp),
        approvalExpireMs: config.approvals.expireMs,
        transcriptionModel,
        transcription,
        prices: config.prices,
        platforms,
        schedules,
        timeZone,
        fetchPrivate,
        pushLive: createPushLive(environment.HOLDFAST_INTERNAL_KEY),
        queues,
      };
      return { dependencies, mcp };
    },
  };
}
