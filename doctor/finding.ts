/** Something that is wrong, and what to do. */
export interface Finding {
  kind: 'no-poller' | 'version-skew' | 'workflow-failing' | 'activity-retrying';
  /** In a line. */
  what: string;
  /** Workflow id, where it is about one. */
  workflow?: string;
  since?: string;
  /** The last failure, without secrets. */
  why?: string;
  /** As a command, where there is one. */
  remedy: string;
}
