import { Context } from '@temporalio/activity';
import { covers } from '../contract/approval.ts';
import { GRANTS, keep, standing } from '../contract/grants.ts';
import type { Activities, ActivityDependencies } from './activities.ts';
import { queryEntity, updateEntity } from './entity-workflow.ts';

/** The activities `findGrant` and `keepGrant`: what approvers allowed "always". */
export function createGrants({
  client,
}: Pick<ActivityDependencies, 'client'>): Pick<Activities, 'findGrant' | 'keepGrant'> {
  return {
    async findGrant(call) {
      const grants = (await queryEntity(client, GRANTS, standing)) ?? [];
      return grants.some((grant) => covers(grant, call));
    },
    async keepGrant(grant) {
      const { workflowExecution, activityId } = Context.current().info;
      const updateId = `${workflowExecution?.runId}.${activityId}`;
      await updateEntity(client, { ...GRANTS, start: { grants: [] } }, keep, { args: [grant], updateId });
    },
  };
}
