import type { Client } from '@temporalio/client';
import { MEMORY } from '../../contract/memory.ts';
import { PERSON } from '../../contract/place.ts';
import { isBegun } from './executions.ts';

/** What holdfast cannot take away, or was not asked to, each with where it is and for how long. */
export type Remains = string[];

/** Temporal's number for an archive that is in use. */
const ENABLED = 2;
const DAY = 24 * 3600;

export interface Left {
  platform: string;
  /** Whose own memory was not erased. */
  persons: string[];
}

export async function remainsOf(client: Client, { platform, persons }: Left): Promise<Remains> {
  const { config } = await client.workflowService.describeNamespace({
    namespace: client.options.namespace,
  });
  const days = Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) / DAY;
  const remembered = [];
  for (const person of persons)
    if (await isBegun(client, `${MEMORY}/person/${person}`)) remembered.push(person);
  return [
    ...remembered.map(
      (person) =>
        `what is remembered of ${person}, from all conversations, until they say /memory erase; --people erases it, too`,
    ),
    `copies made by /branch or \`conversations fork\`: they are conversations of their own`,
    `of people who wrote: the use of their limits, pairings (\`holdfast pair\`) and approvals for always (/approvals), until taken back; Temporal keeps what these have replaced for ${days} days`,
    ...(config?.historyArchivalState === ENABLED
      ? [`histories that Temporal has archived at ${config.historyArchivalUri}, until they are removed there`]
      : []),
    ...(config?.visibilityArchivalState === ENABLED
      ? [`ids and times that Temporal has archived at ${config.visibilityArchivalUri}, likewise`]
      : []),
    "backups of Temporal's database, for as long as you keep them",
    platform === 'web'
      ? 'what a browser keeps of messages it could not send yet'
      : `what was written at ${platform === PERSON ? 'the platforms' : platform}, until it is deleted there`,
    'what the model’s provider keeps of calls, by its own terms',
    'files of `conversations export`, where you put them',
  ];
}
