import type { ApprovalPolicy } from './approval.ts';
import type { Button, OutgoingFile } from './delivery.ts';
import type { Json } from './json.ts';
import type { Sender } from './message.ts';
import type { Place } from './place.ts';
import type { TurnLimits } from './settings.ts';

/** What running a tool a second time would do. */
export type Effect = 'read' | 'idempotent' | 'once';

/** How a tool call is run; resolved by the model activity from the config and recorded with the call. */
export interface ToolPolicy {
  effect: Effect;
  /** Milliseconds one run may take. */
  timeoutMs: number;
  /** Runs at most, worker deaths included; always 1 for `once`. */
  attempts: number;
  /** It is over so soon, and so harmless, that it may be run in the middle of the model's activity. */
  short?: true;
  /** The tool can find out whether a lost run acted. */
  reconciles?: true;
  /** An approver must allow the call first. */
  approval?: ApprovalPolicy;
}

/** What the workflow itself does for a call, without an activity, under limits as they were at the call. */
export type WorkflowCall =
  | {
      kind: 'delegate';
      task: string;
      agent?: string;
      /** What the task may spend. */
      limits: TurnLimits;
      /** Tasks that may run at once. */
      maxTasks: number;
      /** Depth of the deepest task that may be. */
      maxDepth: number;
    }
  | { kind: 'cancel_task'; task: string };

/** A tool call of a model step: to be run by its policy, for the workflow to do, or already refused with what the model is told. */
export type PlannedCall =
  | { id: string; policy: ToolPolicy }
  | { id: string; workflow: WorkflowCall }
  | { id: string; refused: string };

/** The idempotency key of a call: the same wherever, and however often, it is run. `index` is its place among those of its step. */
export function callKey({ turnKey, step, index }: { turnKey: string; step: number; index: number }): string {
  return `${turnKey}.s${step}.${index}`;
}

/** Input of a tool's activity, whose activity type is the tool's name. */
export interface ToolRun {
  /** Workflow id. */
  conversation: string;
  turn: number;
  callId: string;
  input: Json;
  /** The agent whose tool it is, if not the default one. */
  agent?: string;
  /** The task that it runs in, if it is not the conversation's own turn: nobody waits for it there. */
  task?: string;
  /** The same for every run of this call. */
  idempotencyKey: string;
  sender?: Sender;
  /** Who that is on all platforms (contract/person.ts). */
  person?: string;
  /** The latest message is from a group. */
  group?: true;
  /** Gateways that want live progress. */
  live?: string[];
  /** Where the answer goes, if not to the place that the conversation is named after. */
  place?: Place;
  /** What the platform needs, besides the conversation, to show that the tool is at work. */
  inReplyTo?: string;
  returnAddress?: Record<string, string>;
}

/** Result of a tool's activity: what the model reads, with what goes out with the reply if there is anything. */
export type ToolReturn = string | { output: string; files?: OutgoingFile[]; buttons?: Button[] };

/** Input of the activity `reconcile`: find out what a lost run of a `once` tool did. */
export interface ReconcileRun extends ToolRun {
  tool: string;
}

/** What `reconcile` found: it acted (with this output), it did not, or nobody can tell. */
export type Reconciled = { acted: true; output: string } | { acted: false } | { acted: 'unknown' };

/**
 * `ok`: output is the result · `error`: output is the error · `unknown`: a `once` tool's worker was lost mid-run ·
 * `cancelled`: the turn was stopped or interrupted · `denied`: no approver allowed it, so it did not run.
 */
export type ToolOutcome = 'ok' | 'error' | 'unknown' | 'cancelled' | 'denied';
