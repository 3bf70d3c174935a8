import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { findCluster } from '../cli/cluster/find-cluster.ts';
import { createTerminal } from '../cli/terminal.ts';
import { findTools } from '../test/support/find-tools.ts';
import { openField } from './field.ts';
import { VARIANTS } from './holdfast/variants.ts';
import { MEASURES } from './measures/measures.ts';
import { IDLE } from './measures/memory.ts';
import type { Reading } from './measures/reading.ts';
import { take } from './measures/take.ts';
import { committed } from './report/committed.ts';
import { asPicture } from './report/picture.ts';
import { SERVERS, summarise } from './report/summary.ts';
import { asText } from './report/text.ts';

const USAGE = `npm run bench [-- --rounds N --measure NAME --system NAME --turns N --idle N --server SERVER --out FOLDER]

Measures holdfast beside a bare workflow at the same Temporal server and, where they are installed, Restate and DBOS; one after
the other, N times (default 3). --measure and --system, each as often as you like, have only these.
--system ${Object.keys(VARIANTS).join(' and --system ')} have one more holdfast each, with encryption or with traces: they tell what that costs.
--turns takes no more than N turns a measure, in each conversation: a quick look, with figures that mean little.
--idle has memory read with N idle conversations (default ${IDLE}), which take minutes to make, so only the first round has it.
--server cluster has Temporal's production server with two history hosts and PostgreSQL, and workers for each kind of work
(docs/cluster.md), not the development server; the first time, Go builds that one.
Measures: ${MEASURES.map(({ name }) => name).join(', ')}. The report goes to FOLDER (default .holdfast/bench, or
.holdfast/bench-cluster) as text, JSON and a picture, and says what is worse than in bench/results by more than the noise of both.`;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    measure: { type: 'string', multiple: true },
    system: { type: 'string', multiple: true },
    turns: { type: 'string' },
    idle: { type: 'string', default: String(IDLE) },
    server: { type: 'string', default: 'development' },
    out: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit();
}
const rounds = atLeastOne('rounds');
const turns = values.turns === undefined ? Infinity : atLeastOne('turns');
const idle = atLeastOne('idle');
const server =
  SERVERS.find((name) => name === values.server) ?? refuse('--server must be development or cluster.');
const out = values.out ?? path.join('.holdfast', server === 'cluster' ? 'bench-cluster' : 'bench');
const unknown = values.measure?.find((name) => !MEASURES.some((measure) => measure.name === name));
if (unknown !== undefined) refuse(`--measure: there is no "${unknown}".`);
const measures = MEASURES.filter(({ name }) => values.measure?.includes(name) ?? true);

const scratch = await mkdtemp(path.join(tmpdir(), 'holdfast-bench-'));
try {
  const say = (line: string) => console.log(line);
  const { signal: stop } = new AbortController();
  const options = { env: process.env, terminal: createTerminal(process.stderr), stop };
  const cluster =
    server === 'cluster' ? await findCluster(path.join(scratch, 'cluster'), options) : undefined;
  const tools = await findTools(scratch);
  const field = await openField({ tools, cluster, only: values.system, turns, idle, say });
  try {
    const readings: Reading[][] = [];
    for (let round = 1; round <= rounds; round += 1) {
      const ofRound: Reading[] = [];
      for (const measure of measures) {
        if (measure.once && round > 1) continue;
        say(`round ${round} of ${rounds}: ${measure.name}`);
        ofRound.push(...(await take(measure, field)));
      }
      readings.push(ofRound);
    }
    const summary = summarise(readings, server);
    const report = asText(summary, await committed(server));
    await mkdir(out, { recursive: true });
    await writeFile(path.join(out, 'report.json'), `${JSON.stringify(summary, null, 2)}\n`);
    await writeFile(path.join(out, 'report.txt'), report);
    await writeFile(path.join(out, 'report.svg'), asPicture(summary));
    say(report);
    say(`Report: ${path.resolve(out)}`);
  } finally {
    await field.close();
  }
} finally {
  await rm(scratch, { recursive: true, force: true });
}
process.exit();

function atLeastOne(option: 'rounds' | 'turns' | 'idle'): number {
  const number = Number(values[option]);
  if (!Number.isInteger(number) || number < 1) refuse(`--${option} must be a whole number from 1.`);
  return number;
}

function refuse(why: string): never {
  console.error(`${why}\n\n${USAGE}`);
  process.exit(2);
}
