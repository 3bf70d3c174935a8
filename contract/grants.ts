import { defineQuery, defineUpdate } from '@temporalio/workflow';
import type { Grant } from './approval.ts';
import { defineSchema } from './schema.ts';

/** The workflow that keeps what was approved "always": there is one. */
export const GRANTS = { type: 'grants', id: 'holdfast/grants' };

export const keep = defineUpdate<void, [Grant]>('keep');
/** Takes one back by its id; whether there was one. */
export const revoke = defineUpdate<boolean, [id: string]>('revoke');
/** All standing approvals, oldest first. */
export const standing = defineQuery<Grant[]>('standing');

/** What the workflow carries from run to run. */
export interface GrantsState {
  /** Oldest first. */
  grants: Grant[];
}
export const GRANTS_STATE = defineSchema<GrantsState>('what was approved always');
