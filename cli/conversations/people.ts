import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import type { InboundMessage } from '../../contract/message.ts';
import { personOf } from '../../contract/person.ts';
import type { ConversationSettings } from '../../contract/settings.ts';
import { receive } from '../../contract/signals.ts';
import { attributesOf, readHistory, valuesIn } from '../../doctor/history.ts';

/** Who wrote in these runs of a conversation, as memories know people: the operator's name for them, or `telegram:123`. */
export async function peopleIn(
  client: Client,
  platform: string,
  runs: WorkflowExecutionInfo[],
): Promise<string[]> {
  const people = new Set<string>();
  for (const run of runs)
    for (const event of await readHistory(client, run)) {
      const { signalName, input } = attributesOf(event);
      if (signalName !== receive.name) continue;
      const [message, settings] = (await valuesIn(client, input)) as [InboundMessage, ConversationSettings];
      const person = personOf(message.place?.platform ?? platform, { message, settings });
      if (person !== undefined) people.add(person);
    }
  return [...people].sort();
}
