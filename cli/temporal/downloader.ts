import { TestWorkflowEnvironment } from '@temporalio/testing';

/** Run as `node downloader.ts <folder> <version>`: the SDK downloads Temporal's command line there and tries it. */
const [downloadDir, version] = process.argv.slice(2);
if (!downloadDir || !version) throw new Error('usage: downloader.ts <folder> <version>');

try {
  const server = { executable: { type: 'cached-download', downloadDir, version } } as const;
  const environment = await TestWorkflowEnvironment.createLocal({ server });
  await environment.teardown();
  process.exit(0);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
