import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { REST } from '@discordjs/rest';
import { WebSocketManager, WebSocketShardEvents } from '@discordjs/ws';
import { type APIGatewayBotInfo, GatewayIntentBits, Routes } from 'discord-api-types/v10';
import type { Listener, ListenOptions } from '../platform.ts';
import type { CallDiscord } from './api.ts';
import { fatalReason } from './close-codes.ts';
import { EventStream } from './event-stream.ts';
import { readState } from './listen-state.ts';
import { patiently } from './patient.ts';
import { Sessions } from './sessions.ts';

const INTENTS =
  GatewayIntentBits.Guilds |
  GatewayIntentBits.GuildMessages |
  GatewayIntentBits.DirectMessages |
  GatewayIntentBits.MessageContent;
/** Keeps the session, which the usual codes would end. */
const KEEP_SESSION = 4200;
const CLOSE_WITHIN_MS = 1_000;

/** Ordinary messages, and interactions if they have no webhook: Discord sends them over a socket that we open, its gateway. */
export function createDiscordListener(botToken: string, callOnce: CallDiscord): Listener {
  return {
    async listen(options) {
      const { signal, log } = options;
      const call = patiently(callOnce, log);
      try {
        await listenWith(botToken, call, options);
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    },
  };
}

async function listenWith(botToken: string, call: CallDiscord, options: ListenOptions): Promise<void> {
  const { signal, log } = options;
  const state = await readState(options.stateFile);
  const { promise: failed, reject } = Promise.withResolvers<never>();
  failed.catch(() => {});
  const stream = new EventStream({ ...options, state, call, failed: reject });
  const information = await gatewayInformation(call, options, state.session !== undefined);
  const sessions = new Sessions(state.session, information.url);

  const manager = new WebSocketManager({
    token: botToken,
    intents: INTENTS,
    shardCount: 1,
    // It asks for nothing else.
    rest: { get: async () => information } as unknown as REST,
    retrieveSessionInfo: () => sessions.current(state.session),
    updateSessionInfo: (_, info) => sessions.update(info),
  });
  manager.on(WebSocketShardEvents.Ready, (data) => {
    log('connected to Discord with a new session', { bot: data.user.username });
    stream.ready(data, sessions.firstSequence);
    options.connected();
  });
  manager.on(WebSocketShardEvents.Resumed, () => {
    log('connected to Discord; the session was resumed');
    options.connected();
  });
  manager.on(WebSocketShardEvents.Dispatch, (event) => stream.dispatch(event));
  manager.on(WebSocketShardEvents.Hello, () => sessions.networkWorks());
  manager.on(WebSocketShardEvents.SocketError, (error) => {
    sessions.networkFailed();
    log('Discord cannot be reached', { reason: (error as NodeJS.ErrnoException).code ?? error.name });
  });
  manager.on(WebSocketShardEvents.Closed, (code) => {
    const reason = fatalReason(code);
    if (reason !== undefined) reject(new Error(reason));
    else if (!signal.aborted) log('the connection to Discord was closed', { code });
  });
  // What is fatal was said by its code; the rest is tried again by the library.
  manager.on(WebSocketShardEvents.Error, (error) => log('the connection failed', { reason: error.message }));

  const aborted = signal.aborted ? Promise.resolve() : once(signal, 'abort');
  try {
    log('connecting to Discord', { resume: state.session !== undefined });
    manager.connect().catch(reject);
    await Promise.race([failed, aborted]);
  } finally {
    sessions.stop();
    await Promise.race([manager.destroy({ code: KEEP_SESSION }), sleep(CLOSE_WITHIN_MS)]);
  }
}

/** Where the gateway is. Waits where no new session may be begun: Discord allows about 1,000 a day. */
async function gatewayInformation(
  call: CallDiscord,
  { signal, log }: ListenOptions,
  resumes: boolean,
): Promise<APIGatewayBotInfo> {
  for (;;) {
    const information = await call<APIGatewayBotInfo>({
      what: 'where its gateway is',
      method: 'GET',
      route: Routes.gatewayBot(),
      signal,
    });
    const { session_start_limit: limit } = information;
    if (limit.remaining > 0) return information;
    if (resumes) return { ...information, session_start_limit: { ...limit, remaining: 1 } };
    log('Discord allows no new session yet', { pauseMs: limit.reset_after });
    await sleep(limit.reset_after, undefined, { signal });
  }
}
