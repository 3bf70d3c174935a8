import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigError, readEnvironment } from '../config/environment.ts';
import { createGroupPolicy } from '../config/group-policy.ts';
import { loadConfig } from '../config/load-config.ts';
import { createLog } from '../config/log.ts';
import { createPlatforms, listeningPlatforms } from '../config/platforms.ts';
import { createTemporalClient } from '../config/temporal.ts';
import { InvalidMessage } from '../contract/accept-message.ts';
import { InvalidConversationId } from '../contract/conversation-id.ts';
import type { ListenOptions } from '../platforms/platform.ts';
import { Conversations } from './conversations.ts';
import { createResolveSettings } from './settings.ts';

const PAUSE_MS = 500;
const EXIT_CONFIG = 78;

/**
 * The listener process of the platform that its last argument names. Ends on SIGTERM or SIGINT, when the process that started
 * it is gone, and with exit code 78 for what only the operator can mend.
 */
const name = process.argv.at(-1) ?? '';
const environment = readEnvironment();
const log = createLog(environment);
const stop = new AbortController();
const { signal } = stop;
for (const end of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.once(end, () => stop.abort());

/** Tries until it works; throws only when it is time to stop. */
async function untilDone<T>(what: string, act: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await act();
    } catch (error) {
      log.warn({ reason: (error as Error).message }, `${what} failed, and is tried again`);
      await sleep(PAUSE_MS, undefined, { signal });
    }
  }
}

async function listen(): Promise<void> {
  const listener = (await createPlatforms(environment)).get(name)?.listener;
  if (!listener)
    throw new ConfigError(
      `"${name}" is off, or has nothing to listen for. On here: ${listeningPlatforms(environment).join(', ') || 'none'}.`,
    );
  const config = await loadConfig(environment);
  const conversations = new Conversations(
    createTemporalClient(),
    createResolveSettings(config),
    createGroupPolicy(config.access.groups),
  );
  const stateFile = path.join(environment.HOLDFAST_HOME, 'listen', `${name}.json`);
  await mkdir(path.dirname(stateFile), { recursive: true, mode: 0o700 });

  const options: ListenOptions = {
    stateFile,
    signal,
    async store(messages) {
      const taken: typeof messages = [];
      for (const received of messages) {
        const { conversation, message } = received;
        const isTaken = await untilDone('storing a message', async () => {
          try {
            return await conversations.store({ id: { platform: name, conversation }, message });
          } catch (error) {
            if (!(error instanceof InvalidMessage || error instanceof InvalidConversationId)) throw error;
            // No attempt would take it.
            log.warn({ reason: error.message }, 'a message is left out');
            return false;
          }
        });
        if (isTaken) taken.push(received);
      }
      return taken;
    },
    async *conversations() {
      yield* await untilDone('listing the conversations', () => conversations.of(name));
    },
    log: (message, details = {}) => log.info(details, message),
    connected: () => log.info({ platform: name }, 'listener ready'),
  };
  await listener.listen(options);
}

try {
  await listen();
  process.exit(0);
} catch (error) {
  if (signal.aborted) process.exit(0);
  log.fatal({ reason: (error as Error).message }, 'the listener cannot go on');
  process.exit(EXIT_CONFIG);
}
