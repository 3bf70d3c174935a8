import { defineSignal } from '@temporalio/workflow';
import type { ApprovalPolicy, Verdict } from './approval.ts';
import type { Button, OutgoingFile } from './delivery.ts';
import type { Usage } from './model-step.ts';
import type { Origin } from './origin.ts';
import type { TurnLimits } from './settings.ts';

/** The workflow type of a task: work that an agent gave to a sub-agent. */
export const TASK = 'task';

/** Longest text of a report, in characters. */
export const MAX_REPORT = 16_000;

const PREFIX = 'task:';

/**
 * The workflow id of a task: `task:{conversation}/{id}`, and `task:{conversation}/{id}/{id}` for a task of a task. It is no
 * conversation's id, because no platform has a colon in its name.
 */
export function taskWorkflowId(parent: string, id: string): string {
  return `${parent.startsWith(PREFIX) ? '' : PREFIX}${parent}/${id}`;
}

/** A task that is running, as it is listed. */
export interface RunningTask {
  /** What `/stop` names it by. */
  id: string;
  /** What it is to do, shortened. */
  task: string;
  /** The agent that works on it, if not the default one. */
  agent?: string;
  /** In ms since the epoch. */
  since: number;
}

/** A task as the conversation that delegated it keeps it, until its report. */
export interface DelegatedTask extends RunningTask {
  origin: Origin;
}

/** Argument of the workflow `task`. */
export interface TaskStart {
  id: string;
  /** What it is to do. */
  task: string;
  /** Workflow id of the conversation that it works for, also if another task delegated it. */
  conversation: string;
  /** 1 if the conversation delegated it, 2 if a task of that did, … */
  depth: number;
  /** The agent and the model that work on it, if not the default ones. */
  chosen: { agent?: string; model?: string };
  /** What it may spend. */
  limits: TurnLimits;
  origin: Origin;
}

/** How a task ended; `lost`: it was ended from outside, and could not report. */
export type TaskOutcome = 'done' | 'failed' | 'stopped' | 'lost';

export interface TaskReport {
  /** Of the task. */
  id: string;
  outcome: TaskOutcome;
  /** What it found or did, or why it did not; at most {@link MAX_REPORT} characters. */
  text: string;
  usage: Usage;
  /** Tools whose outcome is unknown. */
  unknown: string[];
  files?: OutgoingFile[];
  buttons?: Button[];
}

/** A task has ended. Of a task that does not run (any more), it changes nothing. */
export const reported = defineSignal<[TaskReport]>('reported');

/** A call in a task that an approver must allow; it is asked for in the conversation. */
export interface TaskAsks {
  /** Of the request. */
  id: string;
  /** Workflow id of the task that waits. */
  workflow: string;
  tool: string;
  policy: ApprovalPolicy;
}
export const askForTask = defineSignal<[TaskAsks]>('askForTask');

/** The answer to {@link askForTask}. */
export const decided = defineSignal<[id: string, verdict: Verdict]>('decided');
