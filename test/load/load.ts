import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { findTools } from '../support/find-tools.ts';
import { runLoad } from './run-load.ts';

const USAGE = `npm run load [-- --seconds N --rate R]

Sends R webhooks a second (default 200) for N seconds (default 60) to a gateway, a worker and a Temporal server of its own, on this
machine: new messages of five platforms, repeated ones, and hostile ones. Prints what they were answered with, how long an
acknowledgement took, and the gateway's memory. Exits with 1 if a message that was acknowledged is not answered exactly once, or
anything else was answered in another way than it should be, or the gateway's memory grew.`;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    rate: { type: 'string', default: '200' },
    help: { type: 'boolean', default: false },
  },
});
const seconds = Number(values.seconds);
const perSecond = Number(values.rate);
if (values.help || !(seconds > 0) || !(perSecond > 0)) {
  console.log(USAGE);
  process.exit(values.help ? 0 : 2);
}

const scratch = await mkdtemp(path.join(tmpdir(), 'holdfast-load-'));
try {
  const say = (line: string) => console.log(line);
  const report = await runLoad(await findTools(scratch), { seconds, perSecond, settleMs: 600_000, say });
  console.log(JSON.stringify(report, undefined, 2));
  process.exitCode = report.violations.length > 0 ? 1 : 0;
} finally {
  await rm(scratch, { recursive: true, force: true });
}
process.exit();
