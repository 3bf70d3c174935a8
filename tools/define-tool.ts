import type { z } from 'zod';
import type { Approval, Tool } from './tool.ts';

/** What {@link defineTool} takes. */
export interface ToolDefinition<Input>
  extends Pick<Tool<Input>, 'description' | 'effect' | 'run' | 'reconcile' | 'grantScope'> {
  /** Letters, digits and `_`, starting with a letter; at most 64. It is the activity type in Temporal's UI. */
  name: string;
  /** zod schema of the arguments; the model sees its descriptions. */
  input: z.ZodType<Input>;
  /** Milliseconds one run may take; 60,000 if not given. */
  timeoutMs?: number;
  /** Runs at most, worker deaths included; 10 if not given, always 1 for `once`. One that throws is run 3 times at most. */
  attempts?: number;
  /**
   * It takes well under a second, and cannot take its process down: it is run without the cost of an activity of its own. Only where
   * `effect` is `read`. One that takes longer than a second after all is run again as any other tool is.
   */
  short?: boolean;
  /** Whether an approver must allow a call before it runs; `never` if not given. */
  approval?: Approval<Input>;
}

const NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;
/** Activity types of holdfast itself; a test knows them all. */
const RESERVED = new Set([
  'admit',
  'callModel',
  'compact',
  'default',
  'deliver',
  'deliverFile',
  'describeAgents',
  'endSchedule',
  'findDue',
  'findEnded',
  'findGrant',
  'forgetMemory',
  'fork',
  'keepGrant',
  'listGrants',
  'listPairings',
  'listSchedules',
  'putDue',
  'readAccount',
  'readMemory',
  'reconcile',
  'remind',
  'removeSchedule',
  'revokeGrant',
  'tellPaired',
  'transcribe',
  'tryPairingCode',
]);

/** Makes a tool for `agent.tools` in holdfast.config.ts. Throws TypeError naming the field that is wrong. */
export function defineTool<Input>(definition: ToolDefinition<Input>): Tool {
  const { name, description, input, effect, run, reconcile, grantScope } = definition;
  const { timeoutMs = 60_000, approval = 'never' } = definition;
  const wrong = (field: string, fix: string) => new TypeError(`tool "${name}": ${field} ${fix}`);
  if (!NAME.test(name))
    throw wrong('name', 'must be letters, digits and _, starting with a letter, at most 64');
  if (RESERVED.has(name)) throw wrong('name', 'is used by holdfast itself; choose another');
  if (!description) throw wrong('description', 'is missing: the model needs it');
  if (typeof input?.safeParse !== 'function') throw wrong('input', 'must be a zod schema');
  if (!['read', 'idempotent', 'once'].includes(effect))
    throw wrong('effect', `must be 'read', 'idempotent' or 'once': what would running it twice do?`);
  if (definition.short && effect !== 'read')
    throw wrong('short', `is for tools whose effect is 'read': it may be run again at any moment`);
  if (typeof run !== 'function') throw wrong('run', 'must be a function');
  if (!(timeoutMs > 0)) throw wrong('timeoutMs', 'must be a positive number of milliseconds');
  if (typeof approval !== 'function' && !['never', 'ask'].includes(approval))
    throw wrong('approval', `must be 'never', 'ask' or a function of the input that returns whether to ask`);
  if (grantScope !== undefined && typeof grantScope !== 'function')
    throw wrong('grantScope', 'must be a function of the input');
  const attempts = effect === 'once' ? 1 : (definition.attempts ?? 10);
  if (!Number.isInteger(attempts) || attempts < 1) throw wrong('attempts', 'must be a whole number from 1');
  const tool: Tool<Input> = { name, description, input, effect, timeoutMs, attempts, approval, run };
  if (definition.short) tool.short = true;
  if (reconcile) tool.reconcile = reconcile;
  if (grantScope) tool.grantScope = grantScope;
  return tool;
}
