import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { promote } from '../cli/temporal/versions.ts';
import { buildScene, type Scene } from '../test/support/build-scene.ts';
import { eventually } from '../test/support/eventually.ts';
import { findTools } from '../test/support/find-tools.ts';
import { functionUrlEvent } from '../test/support/lambda-events.ts';
import { LambdaEnvironment } from '../test/support/lambda-function.ts';
import { buildLambda, unpacked } from '../test/support/lambda-zips.ts';
import { worldEnvironment } from '../test/support/world-environment.ts';
import { cpuMs } from './measures/cpu.ts';
import { median } from './measures/reading.ts';

const USAGE = `npm run bench:lambda [-- --rounds N]

Cold starts of what is built for AWS Lambda, N times (default 10): each in a new process, from its spawn on. Tells medians, and the
most memory that a process had. The machine's CPU and disk are not Lambda's, and what Lambda does before it starts a process is not in it.`;

const VERSION = 'bench';
const WORKER_MS = 20_000;
const SECRET = 'secret-of-the-tests';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '10' }, help: { type: 'boolean', default: false } },
});
if (values.help) {
  console.log(USAGE);
  process.exit();
}
const scratch = await mkdtemp(path.join(tmpdir(), 'holdfast-lambda-'));
const figures = new Map<string, number[]>();
const note = (figure: string, value: number) => figures.set(figure, [...(figures.get(figure) ?? []), value]);

/** Milliseconds since this. */
const since = (began: number) => performance.now() - began;

/** The most memory that a process had, in MB. */
function peakOf({ pid }: LambdaEnvironment): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}

async function measure(scene: Scene): Promise<void> {
  console.log((await buildLambda(scratch)).trim());
  const [gateway, worker] = await Promise.all([unpacked(scratch, 'gateway'), unpacked(scratch, 'worker')]);
  const env = {
    ...worldEnvironment(scene.model, scene.ledger),
    TELEGRAM_BOT_TOKEN: '123456:token-of-the-tests',
    TELEGRAM_WEBHOOK_SECRET: SECRET,
    TELEGRAM_API_BASE_URL: scene.telegram.url,
    TEMPORAL_ADDRESS: scene.stack.temporalAddress,
    HOLDFAST_VERSION: VERSION,
  };
  for (let round = 0; round <= Number(values.rounds); round += 1) {
    const began = performance.now();
    const taking = new LambdaEnvironment({ root: gateway, handler: 'buffered.handler', env });
    await taking.loadedMs;
    if (round > 0) note('gateway: process started → handler loaded, ms', since(began));
    await taking.invoke(webhook(round), WORKER_MS);
    if (round > 0) {
      note('gateway: process started → first webhook acknowledged, ms', since(began));
      note('gateway: CPU time by then, ms', await cpuMs([taking.pid]));
    }
    note('gateway: memory at most, MB', peakOf(taking));
    await taking.kill();
    await work(scene, { root: worker, handler: 'lambda.handler', env }, round);
  }
}

/** A message waits already. The first round only has the version known to Temporal. */
async function work(
  { stack, model }: Scene,
  worker: ConstructorParameters<typeof LambdaEnvironment>[0],
  round: number,
): Promise<void> {
  const asked = model.requests.length;
  const began = performance.now();
  const working = new LambdaEnvironment(worker);
  await working.loadedMs;
  if (round > 0) note('worker: process started → handler loaded, ms', since(began));
  working.invoke({}, WORKER_MS).catch(() => {});
  if (round === 0) await eventually(() => promote(stack.client, VERSION).then(() => true));
  await eventually(() => model.requests.length > asked);
  if (round > 0) {
    note('worker: process started → model asked about a message that waits, ms', since(began));
    note('worker: CPU time by then, ms', await cpuMs([working.pid]));
  }
  note('worker: memory at most, MB', peakOf(working));
  await working.kill();
}

function webhook(round: number) {
  const person = { id: 7, is_bot: false, first_name: 'Ann' };
  const chat = { id: 1000 + round, type: 'private', first_name: 'Ann' };
  const message = { message_id: 1, date: Math.floor(Date.now() / 1000), chat, from: person, text: 'hello' };
  return functionUrlEvent({
    method: 'POST',
    url: '/webhooks/telegram',
    headers: { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': SECRET },
    body: JSON.stringify({ update_id: 1000 + round, message }),
  });
}

try {
  const scene = await buildScene(await findTools(scratch), { withoutWorkers: true });
  try {
    await measure(scene);
  } finally {
    await scene.stop();
  }
  for (const [figure, all] of figures)
    console.log(
      `${figure}: ${Math.round(median(all))} (${Math.round(Math.min(...all))} to ${Math.round(Math.max(...all))})`,
    );
} finally {
  await rm(scratch, { recursive: true, force: true });
}
