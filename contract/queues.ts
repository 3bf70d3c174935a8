/** The task queue of everything, by default: an activity can then start eagerly, without a second trip through matching. */
export const TASK_QUEUE = 'holdfast';
