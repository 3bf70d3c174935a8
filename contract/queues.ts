/** The task queue of everything, by default: an activity can then start eagerly, without a second trip through matching. */
export const TASK_QUEUE = 'holdfast';

/** Temporal's worker deployment of all workers with a version: it routes the tasks of the queue to one of its versions. */
export const DEPLOYMENT = 'holdfast';

/** What all workers without a version are called, where versions are named. */
export const UNVERSIONED = 'unversioned';
