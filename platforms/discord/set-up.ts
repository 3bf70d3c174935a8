import { Routes } from 'discord-api-types/v10';
import { createCall, type DiscordAccess } from './api.ts';
import { SLASH_COMMANDS } from './commands.ts';

export interface SetUpOptions extends DiscordAccess {
  applicationId: string;
}

const PATH = '/webhooks/discord';

/**
 * Registers the slash commands, and tells Discord where their interactions go: the gateway's public URL, with or without the
 * path of the webhook, which Discord tries at once; or null for the listener. Returns a line for people.
 */
export async function setDiscordWebhook(options: SetUpOptions, url: string | null): Promise<string> {
  const target = url === null ? null : new URL(url);
  if (target?.pathname === '/') target.pathname = PATH;
  const call = createCall(options);
  const { signal } = new AbortController();
  await call({
    what: 'registering the commands',
    method: 'PUT',
    route: Routes.applicationCommands(options.applicationId),
    body: SLASH_COMMANDS,
    signal,
  });
  await call({
    what: 'the interactions endpoint URL',
    method: 'PATCH',
    route: Routes.currentApplication(),
    body: { interactions_endpoint_url: target?.href ?? null },
    signal,
  });
  const names = SLASH_COMMANDS.map(({ name }) => `/${name}`).join(', ');
  return `Discord sends interactions to ${target?.href ?? 'the listener'}, and has the commands ${names}`;
}
