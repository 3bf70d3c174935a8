import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  InteractionContextType,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
} from 'discord-api-types/v10';
import { COMMANDS, type CommandSpec } from '../../contract/commands.ts';
import { ASK } from './read-interaction.ts';

type Command = RESTPostAPIChatInputApplicationCommandsJSONBody;

const EVERYWHERE: Pick<Command, 'type' | 'contexts'> = {
  type: ApplicationCommandType.ChatInput,
  contexts: [InteractionContextType.Guild, InteractionContextType.BotDM],
};

const ask: Command = {
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
};

/** The slash commands: `/ask`, and every command of holdfast. */
export const SLASH_COMMANDS: readonly Command[] = [ask, ...COMMANDS.map(commandFor)];

function commandFor({ name, does, argument }: CommandSpec): Command {
  const options: Command['options'] = argument
    ? [{ type: ApplicationCommandOptionType.String, name: optionNameOf(argument), description: argument }]
    : [];
  return { ...EVERYWHERE, name, description: does, options };
}

/** `[name]` is called `name`; what is made of several things is called `argument`. */
function optionNameOf(argument: string): string {
  return /^[[<]([a-z]+)[\]>]$/.exec(argument)?.[1] ?? 'argument';
}
