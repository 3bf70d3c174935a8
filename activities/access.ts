import { workflowIdOf } from '../contract/conversation-id.ts';
import { accountId, used } from '../contract/limits.ts';
import type { InboundMessage } from '../contract/message.ts';
import { ACCESS, type Paired, pairings, tryCode } from '../contract/pairing.ts';
import { DEFAULT_SETTINGS } from '../contract/settings.ts';
import type { Activities, ActivityDependencies } from './activities.ts';
import { queryEntity, updateEntity } from './entity-workflow.ts';
import { putMessage } from './put-message.ts';
import { updateIdFor } from './update-id.ts';

type AccessActivities = 'readAccount' | 'listPairings' | 'tryPairingCode' | 'tellPaired';

/** The activities around people: accounts, pairings, and the word to who was let in. */
export function createAccess({
  client,
  queues,
}: Pick<ActivityDependencies, 'client' | 'queues'>): Pick<Activities, AccessActivities> {
  return {
    readAccount: (account) => queryEntity(client, { id: accountId(account) }, used, Date.now()),

    listPairings: async () =>
      (await queryEntity(client, ACCESS, pairings, Date.now())) ?? { paired: [], pending: [] },

    tryPairingCode: (tried) =>
      updateEntity(client, { ...ACCESS, start: {} }, tryCode, {
        args: [tried],
        updateId: updateIdFor(tried.code),
      }),

    async tellPaired({ place, code, role }: Paired) {
      const rights = role === 'user' ? '' : ` You are ${role} here: see /help.`;
      const message: InboundMessage = {
        id: `pairing/${code}`,
        text: `You were let in.${rights} Now write to me; what you wrote before I have not read.`,
        internal: { kind: 'notice' },
      };
      await putMessage({ client, queues }, workflowIdOf(place), message, DEFAULT_SETTINGS);
    },
  };
}
