import { GatewayCloseCodes } from 'discord-api-types/v10';

const FATAL: Record<number, string> = {
  [GatewayCloseCodes.AuthenticationFailed]:
    'DISCORD_BOT_TOKEN is wrong: make a new one on the page Bot of the application.',
  [GatewayCloseCodes.InvalidShard]: 'it was told an invalid shard.',
  [GatewayCloseCodes.ShardingRequired]:
    'the bot is in too many servers for one connection (2,500), and holdfast opens only one.',
  [GatewayCloseCodes.InvalidAPIVersion]: 'it no longer knows version 10 of its API.',
  [GatewayCloseCodes.InvalidIntents]: 'it does not know the intents that were asked for.',
  [GatewayCloseCodes.DisallowedIntents]:
    'switch on Message Content Intent under Privileged Gateway Intents on the page Bot of the application.',
};

/** Why no further attempt to connect will do, for people; undefined where one may. */
export function fatalReason(code: number): string | undefined {
  const reason = FATAL[code];
  return reason && `Discord refuses the connection (${code}): ${reason}`;
}
