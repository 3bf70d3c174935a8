/** The task queue of conversations, and by default of everything: an activity there can start eagerly, without a second trip through matching. */
export const TASK_QUEUE = 'holdfast';

/**
 * The kinds of work that workers do: `conversation` all workflows and their short activities · `model` model calls, summaries and
 * transcription · `tools` tool calls and what reconciles them · `delivery` replies and their files.
 */
export const WORK = ['conversation', 'model', 'tools', 'delivery'] as const;
export type Work = (typeof WORK)[number];

/** Where conversations put their activities: all on one task queue, or each kind of work on its own. */
export const QUEUES = ['one', 'split'] as const;
export type Queues = (typeof QUEUES)[number];

/** The task queue of each kind of work, where it has one of its own. */
export const QUEUE_OF = {
  conversation: TASK_QUEUE,
  model: 'holdfast-model',
  tools: 'holdfast-tools',
  delivery: 'holdfast-delivery',
} as const satisfies Record<Work, string>;

/** The task queue on which work of this kind is put; one for all if nothing is said of queues. */
export function taskQueueOf(work: Work, queues: Queues = 'one'): string {
  return queues === 'split' ? QUEUE_OF[work] : TASK_QUEUE;
}

/** The kinds of work whose queues get tasks: the conversation's has those of all where there is one. */
export function workInUse(queues: Queues): readonly Work[] {
  return queues === 'split' ? WORK : ['conversation'];
}

/** Temporal's worker deployment of all workers with a version: it routes the tasks of the queues to one of its versions. */
export const DEPLOYMENT = 'holdfast';

/** What all workers without a version are called, where versions are named. */
export const UNVERSIONED = 'unversioned';
