import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { findTemporal } from '../../cli/temporal/find.ts';
import { createTerminal } from '../../cli/terminal.ts';
import { workflowBundle } from '../../workers/workflow-bundle.ts';
import { check } from './check/check.ts';
import { report } from './report/report.ts';
import { storm } from './storm.ts';

const USAGE = `npm run chaos [-- --minutes N --seed S --conversations C --out FOLDER]

Storms holdfast with SIGKILLs for N minutes (default 2), checks that every promise was kept, and exits with 1 if one was not.
The same seed makes the same dialogues and the same faults; when exactly each strikes is the machine's.`;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '2' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 32)) },
    conversations: { type: 'string', default: '40' },
    out: { type: 'string', default: path.join('.holdfast', 'chaos') },
    help: { type: 'boolean', default: false },
  },
});
const numbers = [values.minutes, values.seed, values.conversations].map(Number);
const [minutes = 0, seed = 0, conversations = 0] = numbers;
if (values.help || numbers.some((number) => !(number > 0))) {
  console.log(USAGE);
  process.exit(values.help ? 0 : 2);
}

const scratch = await mkdtemp(path.join(tmpdir(), 'holdfast-chaos-'));
try {
  const temporal = await findTemporal({
    env: process.env,
    terminal: createTerminal(process.stderr),
    stop: new AbortController().signal,
  });
  const tools = { temporal, scratch, workflowBundle: await workflowBundle(path.join(scratch, 'cache')) };
  const say = (line: string) => console.log(line);
  say(`A storm of ${minutes} minutes over ${conversations} conversations, seed ${seed}`);
  const evidence = await storm({ tools, minutes, seed, conversations, say });
  const violations = check(evidence);
  say(await report(evidence, violations, path.resolve(values.out, `seed-${seed}`)));
  process.exitCode = violations.length > 0 ? 1 : 0;
} finally {
  await rm(scratch, { recursive: true, force: true });
}
process.exit();
