import { RESTJSONErrorCodes, Routes } from 'discord-api-types/v10';
import type { Received } from '../platform.ts';
import { type CallDiscord, DiscordRefused } from './api.ts';
import type { DiscordInteraction } from './interaction.ts';

/** Discord waits for this long after somebody used a command or a button. */
const IN_TIME_MS = 3_000;

/**
 * Answers an interaction that came over the gateway. Returns why it could not; its reply is an ordinary message then.
 * `call` goes on trying.
 */
export async function acknowledge(
  call: CallDiscord,
  { id = '', token = '' }: DiscordInteraction,
  respond: Received['respond'],
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    await call({
      what: 'acknowledging an interaction',
      method: 'POST',
      route: Routes.interactionCallback(id, token),
      body: await respond?.().json(),
      auth: false,
      signal: AbortSignal.any([signal, AbortSignal.timeout(IN_TIME_MS)]),
    });
  } catch (error) {
    signal.throwIfAborted();
    // It came twice: after a resume, or to another listener.
    const { code } = error as Partial<DiscordRefused>;
    if (code === RESTJSONErrorCodes.InteractionHasAlreadyBeenAcknowledged) return undefined;
    return error instanceof DiscordRefused ? error.message : 'Discord did not answer in time';
  }
  return undefined;
}
