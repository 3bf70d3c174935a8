import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { findTemporal } from '../../cli/temporal/find.ts';
import { createTerminal } from '../../cli/terminal.ts';
import { workflowBundle } from '../../workers/workflow-bundle.ts';
import { check } from './check/check.ts';
import { KINDS } from './exchange.ts';
import { INSTANTS } from './instants.ts';
import { report } from './report/report.ts';
import { storm } from './storm.ts';

const USAGE = `npm run chaos [-- --minutes N --seed S --conversations C --settle SECONDS --instant NAME --kind NAME --out FOLDER]

Storms holdfast with SIGKILLs for N minutes (default 2), checks that every promise was kept, and exits with 1 if one was not.
After the last fault, what is open has --settle seconds (default 180) to come to its end. --instant, which may be given several
times, has only these faults, by their names in the report; --kind has people write only this (${KINDS.map(({ kind }) => kind).join(', ')}). The same seed makes the same dialogues and the same faults; when exactly each strikes is the machine's.`;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '2' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 32)) },
    conversations: { type: 'string', default: '40' },
    settle: { type: 'string', default: '180' },
    instant: { type: 'string', multiple: true },
    kind: { type: 'string', multiple: true },
    out: { type: 'string', default: path.join('.holdfast', 'chaos') },
    help: { type: 'boolean', default: false },
  },
});
const numbers = [values.minutes, values.seed, values.conversations, values.settle].map(Number);
const [minutes = 0, seed = 0, conversations = 0, settle = 0] = numbers;
const instants = INSTANTS.filter(({ name }) => values.instant?.includes(name) ?? true);
if (
  values.help ||
  numbers.some((number) => !(number > 0)) ||
  instants.length === 0 ||
  !areKnown(values.kind)
) {
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
  const evidence = await storm({
    tools,
    minutes,
    seed,
    conversations,
    settleMs: settle * 1_000,
    instants,
    kinds: values.kind,
    say,
  });
  const violations = check(evidence);
  say(await report(evidence, violations, path.resolve(values.out, `seed-${seed}`)));
  process.exitCode = violations.length > 0 ? 1 : 0;
} finally {
  await rm(scratch, { recursive: true, force: true });
}
process.exit();

function areKnown(kinds: string[] | undefined): boolean {
  return kinds?.every((name) => KINDS.some(({ kind }) => kind === name)) ?? true;
}
