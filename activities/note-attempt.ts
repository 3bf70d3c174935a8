/** An attempt of an activity, as Temporal knows it. */
export interface Attempt {
  workflowId: string;
  runId: string;
  activityId: string;
  attempt: number;
  /** Base64. Temporal takes an answer with it only while this is the attempt that runs. */
  taskToken: string;
}

/**
 * Notes an attempt that leaves nothing under way if this process is killed, so that a successor may have it made again at once. Returns
 * what strikes it out.
 */
export type NoteAttempt = (attempt: Attempt) => () => void;
