import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { findCluster } from '../../cli/cluster/find-cluster.ts';
import { createTerminal } from '../../cli/terminal.ts';
import { findTools } from '../support/find-tools.ts';
import { check } from './check/check.ts';
import { KINDS } from './exchange.ts';
import { instantsOn } from './instants.ts';
import { report } from './report/report.ts';
import { storm } from './storm.ts';

const USAGE = `npm run chaos [-- --minutes N --seed S --conversations C --settle SECONDS --instant NAME --kind NAME --server SERVER --out FOLDER]

Storms holdfast with SIGKILLs for N minutes (default 2), checks that every promise was kept, and exits with 1 if one was not.
The same seed makes the same dialogues and the same faults; when exactly each strikes is the machine's. After the last fault,
what is open has --settle seconds (default 180) to come to its end. --instant and --kind, each as often as you like, have only
these faults, by their names in the report, and only these messages (approval only with others: not everybody has buttons).
--server cluster storms it on Temporal's production server with two history hosts and PostgreSQL (docs/cluster.md), not on the
development server; the first time, Go builds that one.`;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '2' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 32)) },
    conversations: { type: 'string', default: '40' },
    settle: { type: 'string', default: '180' },
    instant: { type: 'string', multiple: true },
    kind: { type: 'string', multiple: true },
    server: { type: 'string', default: 'development' },
    out: { type: 'string', default: path.join('.holdfast', 'chaos') },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit();
}
const minutes = positive('minutes');
const seed = positive('seed');
const conversations = positive('conversations');
const settleMs = positive('settle') * 1_000;
const server =
  values.server === 'cluster' || values.server === 'development'
    ? values.server
    : refuse('--server must be development or cluster.');
const instants = chosen('instant', instantsOn(server), ({ name }) => name);
const kinds = chosen('kind', KINDS, ({ kind }) => kind).map(({ kind }) => kind);

const scratch = await mkdtemp(path.join(tmpdir(), 'holdfast-chaos-'));
try {
  const { signal: stop } = new AbortController();
  const options = { env: process.env, terminal: createTerminal(process.stderr), stop };
  const cluster =
    server === 'cluster' ? await findCluster(path.join(scratch, 'cluster'), options) : undefined;
  const tools = await findTools(scratch);
  const say = (line: string) => console.log(line);
  say(`A storm of ${minutes} minutes over ${conversations} conversations, seed ${seed}`);
  const evidence = await storm({
    tools,
    cluster,
    minutes,
    seed,
    conversations,
    settleMs,
    instants,
    kinds,
    say,
  });
  const violations = check(evidence);
  say(await report(evidence, violations, path.resolve(values.out, `seed-${seed}`)));
  process.exitCode = violations.length > 0 ? 1 : 0;
} finally {
  await rm(scratch, { recursive: true, force: true });
}
process.exit();

function positive(option: 'minutes' | 'seed' | 'conversations' | 'settle'): number {
  const number = Number(values[option]);
  return number > 0 ? number : refuse(`--${option} must be a number above 0.`);
}

/** Those that were named, or all. */
function chosen<T>(option: 'instant' | 'kind', all: readonly T[], nameOf: (one: T) => string): readonly T[] {
  const names = values[option];
  const unknown = names?.find((name) => !all.some((one) => nameOf(one) === name));
  if (unknown !== undefined)
    refuse(`--${option}: there is no "${unknown}". There are:\n  ${all.map(nameOf).join('\n  ')}`);
  return names ? all.filter((one) => names.includes(nameOf(one))) : all;
}

function refuse(why: string): never {
  console.error(`${why}\n\n${USAGE}`);
  process.exit(2);
}
