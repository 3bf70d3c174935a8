import { ANYONE, type Role } from '../../contract/access.ts';
import type { AdmissionRequest } from '../../contract/admission.ts';
import { commandOf } from '../../contract/commands.ts';
import type { ConversationStart, QueuedMessage } from '../../contract/state.ts';
import { accountOf, identityOf, placeOf } from '../identity.ts';

/** Whether somebody must be asked before it is let in: its sender may be paired, or have used up a limit. */
export function mustAsk(queued: QueuedMessage): boolean {
  return !queued.message.internal && (queued.settings.access?.unknown === 'pair' || mustCount(queued));
}

/** Whether it is still to be counted on its sender's account. */
function mustCount({ message, settings, counted }: QueuedMessage): boolean {
  if (!settings.access?.limits || counted) return false;
  const command = commandOf(message);
  // Commands are free, so that a turn can be stopped and approved at any time; but this one begins a turn.
  return command === undefined || ('name' in command && command.name === 'retry');
}

/** What is asked of it. */
export function requestOf(queued: QueuedMessage, start: ConversationStart): AdmissionRequest {
  const { message, settings, at } = queued;
  const { unknown, limits } = settings.access ?? ANYONE;
  const name = message.sender?.name;
  return {
    identity: identityOf(message, start) ?? '',
    ...(name === undefined ? {} : { name }),
    place: placeOf(message, start),
    direct: !message.group,
    ...(unknown ? { unknown: true } : {}),
    ...(limits && mustCount(queued) ? { counts: { account: accountOf(queued, start), limits, at } } : {}),
  };
}

/** The message once it is let in, with the role that its sender was paired with. If it was reworded since, it may have to wait again. */
export function letIn(
  { atDoor: _, ...queued }: QueuedMessage,
  { counts }: AdmissionRequest,
  role: Role | undefined,
): QueuedMessage {
  const { unknown: __, limits, ...known } = queued.settings.access ?? ANYONE;
  const access = {
    ...known,
    ...(role ? { role } : {}),
    ...(limits && role !== 'owner' ? { limits } : {}),
  };
  const next: QueuedMessage = {
    ...queued,
    settings: { ...queued.settings, access },
    ...(counts && role !== 'owner' ? { counted: true } : {}),
  };
  return mustAsk(next) ? { ...next, atDoor: true } : next;
}
