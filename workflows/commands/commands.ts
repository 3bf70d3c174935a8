import { ANYONE } from '../../contract/access.ts';
import type { Command, CommandName } from '../../contract/commands.ts';
import type { QueuedMessage } from '../../contract/state.ts';
import type { Parts } from '../parts.ts';
import { approvals } from './approvals.ts';
import { approve, deny } from './approve.ts';
import { agent, model } from './choose.ts';
import { compact, usage } from './context.ts';
import type { CommandResult, Handler } from './handler.ts';
import { help, status, unknownCommand, whoami } from './look.ts';
import { memory } from './memory.ts';
import { pair } from './pair.ts';
import { remind, schedules } from './schedules.ts';
import { stop } from './stop.ts';
import { branch, retry, undo } from './take-back.ts';

const handlers: Record<CommandName, Handler> = {
  new(_, parts) {
    parts.startAfresh();
    return 'Started afresh: I no longer see what was said before.';
  },
  stop,
  // With a text they are messages, and no commands any more.
  queue: () => 'Write `/queue` and what is to wait for its own turn.',
  steer: () => 'Write `/steer` and what the running turn is to take into account.',
  help,
  status,
  whoami,
  undo,
  retry,
  branch,
  compact,
  usage,
  approve,
  deny,
  approvals,
  pair,
  remind,
  schedules,
  agent,
  model,
  memory,
};

/** Does what a command says. */
export async function obey(command: Command, queued: QueuedMessage, parts: Parts): Promise<CommandResult> {
  if ('unknown' in command) return { text: unknownCommand(command.unknown) };
  const given = { argument: command.argument, access: queued.settings.access ?? ANYONE, queued };
  const result = await handlers[command.name](given, parts);
  return typeof result === 'string' ? { text: result } : result;
}
