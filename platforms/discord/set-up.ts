import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  InteractionContextType,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
  type RESTPutAPIApplicationCommandsJSONBody,
  Routes,
} from 'discord-api-types/v10';
import { createCall, type DiscordAccess } from './api.ts';
import { ASK } from './read-interaction.ts';

export interface SetUpOptions extends DiscordAccess {
  applicationId: string;
}

const PATH = '/webhooks/discord';

const EVERYWHERE: Pick<RESTPostAPIChatInputApplicationCommandsJSONBody, 'type' | 'contexts'> = {
  type: ApplicationCommandType.ChatInput,
  contexts: [InteractionContextType.Guild, InteractionContextType.BotDM],
};

const COMMANDS: RESTPutAPIApplicationCommandsJSONBody = [
  {
    ...EVERYWHERE,
    name: ASK,
    description: 'Ask or tell me something',
    options: [
      {
        type: ApplicationCommandOptionType.String,
        name: 'text',
        description: 'What you say',
        required: true,
      },
      { type: ApplicationCommandOptionType.Attachment, name: 'file', description: 'A file to go with it' },
    ],
  },
  { ...EVERYWHERE, name: 'new', description: 'Start afresh: I forget what was said here' },
  { ...EVERYWHERE, name: 'stop', description: 'Stop what is running' },
  { ...EVERYWHERE, name: 'status', description: 'What is going on' },
  { ...EVERYWHERE, name: 'help', description: 'What I understand' },
];

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
    body: COMMANDS,
    signal,
  });
  await call({
    what: 'the interactions endpoint URL',
    method: 'PATCH',
    route: Routes.currentApplication(),
    body: { interactions_endpoint_url: target?.href ?? null },
    signal,
  });
  const names = COMMANDS.map(({ name }) => `/${name}`).join(', ');
  return `Discord sends interactions to ${target?.href ?? 'the listener'}, and has the commands ${names}`;
}
