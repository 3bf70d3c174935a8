import type { RunningTask, TaskOutcome, TaskReport } from './task.ts';

const ENDED: Record<TaskOutcome, string> = {
  done: 'it is done',
  failed: 'it could not be done',
  stopped: 'it was stopped before its end, because somebody wanted that; do not start it again by yourself',
  lost: 'it was ended from outside and could not report',
};

/** A task's report as the agent that delegated it reads it. */
export function wordReport({ id, task }: Pick<RunningTask, 'id' | 'task'>, report: TaskReport): string {
  const unknown = report.unknown.map((tool) => `The outcome of \`${tool}\` is unknown.`);
  // What a sub-agent says must not pass for the end of its report.
  const said = report.text.replaceAll('[end of report', '[ end of report');
  return [
    `[report of task ${id}, “${task}”: ${ENDED[report.outcome]}]`,
    said,
    ...unknown,
    `[end of report ${id}; the user has not seen it, so tell what matters of it]`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** What is reported in a text of {@link wordReport}; undefined if it is none. */
export function readReport(text: string): { id: string; said: string } | undefined {
  const [, id, said] =
    /^\[report of task ([0-9a-f]{8}), [^]*?\]\n\n([^]*)\[end of report \1;[^]*\]$/.exec(text) ?? [];
  return id === undefined || said === undefined ? undefined : { id, said: said.trim() };
}
