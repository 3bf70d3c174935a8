import { covers } from '../contract/approval.ts';
import { GRANTS, keep, revoke, standing } from '../contract/grants.ts';
import type { Activities, ActivityDependencies } from './activities.ts';
import { queryEntity, updateEntity } from './entity-workflow.ts';
import { updateIdFor } from './update-id.ts';

type GrantActivities = Pick<Activities, 'findGrant' | 'keepGrant' | 'revokeGrant' | 'listGrants'>;

const entity = { ...GRANTS, start: { grants: [] } };
/** Shown at once, at most. */
const LISTED = 50;

/** What approvers allowed "always". */
export function createGrants({ client }: Pick<ActivityDependencies, 'client'>): GrantActivities {
  const all = async () => (await queryEntity(client, entity, standing)) ?? [];
  return {
    findGrant: async (call) => (await all()).some((grant) => covers(grant, call)),
    listGrants: async () => (await all()).slice(-LISTED),
    keepGrant: (grant) =>
      updateEntity(client, entity, keep, { args: [grant], updateId: updateIdFor('keep') }),
    revokeGrant: (id) =>
      updateEntity(client, entity, revoke, { args: [id], updateId: updateIdFor('revoke') }),
  };
}
