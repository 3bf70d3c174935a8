import { Client, Connection } from '@temporalio/client';
import { encodeToPayloads } from '@temporalio/common/lib/internal-non-workflow/index.js';
import proto from '@temporalio/proto';
import { expect, it } from 'vitest';
import { heal } from '../../contract/healing.ts';
import { receive } from '../../contract/signals.ts';
import { attributesOf, continued, encoded, readHistory, valuesIn } from '../../doctor/history.ts';
import { createDataConverter } from '../../encryption/data-converter.ts';
import { KeyRing } from '../../encryption/key-ring.ts';
import { createKey } from '../encryption/create-key.ts';
import { Events, client as plain } from './events.ts';

const { History } = proto.temporal.api.history.v1;

/** Trials have no keys, and must not need any. */
it('a history is read decrypted, and continued so that a trial without keys can run it', async () => {
  const dataConverter = createDataConverter(KeyRing.parse(`k:${createKey()}`));
  const keyed = new Client({ connection: Connection.lazy(), dataConverter });
  const events = new Events();
  const message = { id: '1', text: 'secret' };
  const payloads = await encodeToPayloads(keyed.options.loadedDataConverter, message);
  events.add('WORKFLOW_EXECUTION_SIGNALED', { signalName: receive.name, input: { payloads } });
  const fetchHistory = async () => History.decode(encoded(events.all));
  const stored = { options: keyed.options, workflow: { getHandle: () => ({ fetchHistory }) } };

  const read = await readHistory(stored as unknown as Client, { workflowId: 'w', runId: 'r' });
  const healing = { healed: [{ answers: ['1'] }], again: [], tasks: [] };
  const given = await continued(keyed, read, healing);
  const signals = given.map(attributesOf).filter(({ signalName }) => signalName !== undefined);
  expect(signals.map(({ signalName }) => signalName)).toEqual([receive.name, heal.name]);
  const values = await Promise.all(signals.map(({ input }) => valuesIn(plain, input)));
  expect(values).toEqual([[message], [healing]]);
});
