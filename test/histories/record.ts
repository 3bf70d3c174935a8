import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Client } from '@temporalio/client';
import * as workflows from '../../workflows/workflows.ts';
import { buildScene } from '../support/build-scene.ts';
import { findTools } from '../support/find-tools.ts';
import { scrub } from './scrub.ts';
import { currentRelease, type Recorded, releases, writeRecorded } from './shelf.ts';
import { STORY_OPTIONS, tellStory } from './story.ts';

/** Runs of a type that are kept at most, longest first; and no more bytes than this of all. */
const MOST_RUNS = 30;
const MOST_BYTES = 1_000_000;

/** `npm run record:histories`: records what the workflows of this release do, for every later one to replay. */
const release = await currentRelease();
if ((await releases()).includes(release)) {
  console.error(
    `test/histories/${release} is there already. A release is recorded once: raise "version" in package.json for the next one. ` +
      `If ${release} was never released, remove that folder first.`,
  );
  process.exit(1);
}
const scratch = await mkdtemp(path.join(tmpdir(), 'holdfast-record-'));
try {
  const scene = await buildScene(await findTools(scratch), STORY_OPTIONS);
  try {
    await tellStory(scene);
    await scene.stack.replayAll(...Object.keys(workflows));
    let bytes = 0;
    for (const [name, recorded] of await runsOf(scene.stack.client))
      bytes += await writeRecorded(release, name, recorded);
    console.log(`test/histories/${release}: ${bytes} bytes`);
    if (bytes > MOST_BYTES) throw new Error(`more than ${MOST_BYTES} bytes: make the story shorter`);
  } finally {
    await scene.stop();
  }
} finally {
  await rm(scratch, { recursive: true, force: true });
}
process.exit();

/** The histories of all workflow types, by file names. Throws if the story has none of a type. */
async function runsOf(client: Client): Promise<Map<string, Recorded>> {
  const files = new Map<string, Recorded>();
  for (const type of Object.keys(workflows)) {
    const runs: Recorded[] = [];
    for await (const { workflowId, runId } of client.workflow.list({ query: `WorkflowType = '${type}'` })) {
      const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
      runs.push({ workflowId, history: scrub(JSON.parse(JSON.stringify(history))) });
    }
    if (runs.length === 0)
      throw new Error(`the story has no workflow ${type}: let somebody do what begins one`);
    runs.sort((one, other) => other.history.events.length - one.history.events.length);
    for (const [index, run] of runs.slice(0, MOST_RUNS).entries())
      files.set(`${type}-${String(index + 1).padStart(2, '0')}.json.gz`, run);
  }
  return files;
}
