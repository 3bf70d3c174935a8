import {
  CancellationScope,
  condition,
  getExternalWorkflowHandle,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import type { InboundMessage } from '../../contract/message.ts';
import type { Usage } from '../../contract/model-step.ts';
import type { ConversationSettings } from '../../contract/settings.ts';
import {
  type DelegatedTask,
  type RunningTask,
  TASK,
  type TaskAsks,
  type TaskReport,
  taskWorkflowId,
} from '../../contract/task.ts';
import type { WorkflowCall } from '../../contract/tool-call.ts';
import { NO_USAGE } from '../../contract/usage.ts';
import { wordReport } from '../../contract/word-report.ts';
import { findEnded } from '../activities.ts';
import type { Approvals } from '../approvals/approvals.ts';
import type { ToolResult } from '../tool-call.ts';
import {
  childOptions,
  type Delegation,
  type Delegator,
  refusal,
  shortTask,
  taskStart,
} from './start-task.ts';
import type { task } from './task.ts';

export interface TasksSurroundings {
  /** Puts a report into the conversation. */
  receive(message: InboundMessage, settings: ConversationSettings): void;
  approvals: Approvals;
  spend(usage: Usage): void;
  /** Called when there is something new to see. */
  changed(): void;
}

/** The tasks that a conversation delegated, until their reports. They go on by themselves while it chats, and from run to run. */
export class Tasks {
  readonly #running: Map<string, DelegatedTask>;
  /** Those whose workflow may not be there yet. */
  readonly #starting = new Set<string>();
  readonly #around: TasksSurroundings;

  constructor(carried: DelegatedTask[], around: TasksSurroundings) {
    this.#running = new Map(carried.map((delegated) => [delegated.id, delegated]));
    this.#around = around;
  }

  /** Takes over tasks of a part of the history that was given up: they will report. */
  adopt(delegated: DelegatedTask[]): void {
    for (const one of delegated) this.#running.set(one.id, one);
  }

  get carried(): DelegatedTask[] {
    return [...this.#running.values()];
  }

  get running(): RunningTask[] {
    return this.carried.map(({ origin: _, ...running }) => running);
  }

  /** Does what a call asks for. Never throws, and no stop of the turn ends it half done. */
  perform(call: WorkflowCall, by: Delegator): Promise<ToolResult> {
    return CancellationScope.nonCancellable(async () => {
      if (call.kind === 'delegate') return this.#delegate(call, by);
      const { text, stopped } = await this.stop(call.task);
      return { output: text, outcome: stopped ? 'ok' : 'error' };
    });
  }

  async #delegate(call: Delegation, by: Delegator): Promise<ToolResult> {
    if (this.#running.size >= call.maxTasks) await this.dropEnded();
    const why = refusal(call, by.depth, this.#running.size);
    if (why !== undefined) return { output: [why, this.listed].join('\n'), outcome: 'error' };
    const start = taskStart(call, by);
    const { id, origin } = start;
    const { agent } = start.chosen;
    // Before it is started: its report can come together with the word that it was.
    this.#running.set(id, {
      id,
      task: shortTask(call.task),
      since: Date.now(),
      origin,
      ...(agent === undefined ? {} : { agent }),
    });
    this.#starting.add(id);
    this.#around.changed();
    try {
      // It outlives this run of the conversation, and even the conversation.
      await startChild<typeof task>(TASK, childOptions(start, 'ABANDON'));
    } catch {
      this.#running.delete(id);
      return { output: 'Not started: the task could not be started. Try again.', outcome: 'error' };
    } finally {
      this.#starting.delete(id);
    }
    return {
      output: `Task ${id} was started and goes on in the background. Its report will come as a message. Tell the user that it was started, and go on.`,
      outcome: 'ok',
    };
  }

  /** Stops a task, or all if none is named. Returns what to say of it, and whether there was anything to stop. */
  async stop(id?: string): Promise<{ text: string; stopped: boolean }> {
    await this.dropEnded();
    const wanted = this.running.filter((running) => id === undefined || running.id === id);
    if (wanted.length === 0) {
      const none = id === undefined ? '' : `There is no task \`${id.slice(0, 20)}\`, or it has ended. `;
      return { text: `${none}${this.listed}`, stopped: false };
    }
    await condition(() => wanted.every((running) => !this.#starting.has(running.id)));
    // One that cannot be cancelled has just ended, and reports that.
    const cancel = (running: RunningTask) => getExternalWorkflowHandle(workflowOf(running)).cancel();
    await Promise.all(wanted.map((running) => cancel(running).catch(() => {})));
    const names = wanted.map((running) => `\`${running.id}\` (${running.task})`).join(', ');
    return { text: `Being stopped: ${names}. What came of it is told when it has ended.`, stopped: true };
  }

  /** A task has ended: its report becomes a message. One that was told before changes nothing. */
  ended(report: TaskReport): void {
    const delegated = this.#running.get(report.id);
    if (!delegated) return;
    const { receive, approvals, spend } = this.#around;
    this.#running.delete(report.id);
    approvals.withdraw(workflowOf(delegated));
    spend(report.usage);
    const { settings, ...who } = delegated.origin;
    const { id, unknown, files, buttons } = report;
    receive(
      {
        id: `task/${id}`,
        text: wordReport(delegated, report),
        ...who,
        internal: {
          kind: 'task',
          id,
          unknown,
          ...(files ? { files } : {}),
          ...(buttons ? { buttons } : {}),
        },
      },
      // The turn of somebody who writes meanwhile is not to be broken off by it.
      settings.whileBusy === 'interrupt' ? { ...settings, whileBusy: 'queue' } : settings,
    );
  }

  /** The task of this conversation that the asking workflow is, or belongs to. */
  ofWorkflow({ workflow }: Pick<TaskAsks, 'workflow'>): RunningTask | undefined {
    return this.running.find((running) => `${workflow}/`.startsWith(`${workflowOf(running)}/`));
  }

  /** Finds those that were ended from outside, without a report, and tells of them. */
  async dropEnded(): Promise<void> {
    const started = this.running.filter(({ id }) => !this.#starting.has(id));
    if (started.length === 0) return;
    // Not to know it is no reason to fail.
    const ended = new Set(await findEnded(started.map(workflowOf)).catch((): string[] => []));
    for (const running of started)
      if (ended.has(workflowOf(running)))
        this.ended({
          id: running.id,
          outcome: 'lost',
          text: '',
          usage: NO_USAGE,
          unknown: [],
        });
  }

  get listed(): string {
    if (this.#running.size === 0) return 'No task is running.';
    const list = this.running.map(({ id, task: what }) => `- \`${id}\` ${what}`);
    return ['Running tasks:', '', ...list].join('\n');
  }
}

function workflowOf({ id }: Pick<RunningTask, 'id'>): string {
  return taskWorkflowId(workflowInfo().workflowId, id);
}
