/** The tools of the storm, with what running one again would do. */
export const EFFECTS = {
  look_up: 'read',
  set_value: 'idempotent',
  pay: 'once',
  /** It finds out whether it has acted. */
  book: 'once',
  /** An approver is asked. */
  charge: 'once',
} as const;

/** Undefined for what is no tool of the storm. */
export function effectOf(tool: string): (typeof EFFECTS)[keyof typeof EFFECTS] | undefined {
  return Object.entries(EFFECTS).find(([name]) => name === tool)?.[1];
}
