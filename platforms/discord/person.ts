import type { Sender } from '../../contract/message.ts';
import type { DiscordUser } from './message.ts';

/** `nick` is the name in a server. */
export function personOf({ id, username, global_name: name }: DiscordUser, nick?: string | null): Sender {
  return { id, name: nick || name || username };
}
