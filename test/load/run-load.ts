import { setTimeout as sleep } from 'node:timers/promises';
import { median, quantile } from '../../bench/measures/reading.ts';
import { residentBytes } from '../../bench/measures/resident.ts';
import { RIGS } from '../fakes/rigs.ts';
import { buildScene } from '../support/build-scene.ts';
import { eventually } from '../support/eventually.ts';
import type { Tools } from '../support/stack.ts';
import { checkAnswers } from './check-answers.ts';
import { type Acknowledged, EXPECTED, type Kind, Traffic } from './traffic.ts';

const PLATFORMS = ['http', 'telegram', 'slack', 'line', 'whatsapp'];
/** What the gateway's memory may grow by from the second quarter of the time to the last. */
const MOST_GROWTH_MB = 100;
/** Conversations at each platform. */
const PLACES = 20;

export interface LoadOptions {
  seconds: number;
  perSecond: number;
  /** How long what is left may take afterwards, in ms. */
  settleMs: number;
  say(line: string): void;
}

export interface LoadReport {
  /** Requests that were sent in the time. */
  sent: number;
  acknowledged: number;
  /** Acknowledgements of messages, in ms. */
  p50: number;
  p99: number;
  slowest: number;
  /** Messages that took more than one attempt, because the first was answered 503 or not at all. */
  again: number;
  /** Resident memory of the gateway, in MB: the median of each quarter of the time, and once all is done. */
  gatewayMb: number[];
  /** How often each kind of request got each status. */
  answers: Record<string, Record<string, number>>;
  /** What must not be. */
  violations: string[];
}

/** Sends webhooks, valid and hostile ones, at a steady rate whatever becomes of them, and looks at what was made of each. */
export async function runLoad(tools: Tools, options: LoadOptions): Promise<LoadReport> {
  const { seconds, perSecond, settleMs, say } = options;
  const rigs = await Promise.all(PLATFORMS.map((name) => startRig(name)));
  const scene = await buildScene(tools, { env: Object.assign({}, ...rigs.map(({ env }) => env)) });
  try {
    const { stack } = scene;
    const [gateway] = stack.gateways;
    const resident = async () => (await residentBytes([gateway?.pid ?? 0])) / 1e6;
    const traffic = new Traffic(stack.url(), rigs, PLACES);
    // Code is compiled, and conversations exist.
    await atRate(20, 5, () => traffic.next());
    say('warm');

    const from = traffic.acknowledged.length;
    const memory: number[] = [];
    const watch = setInterval(() => void resident().then((mb) => memory.push(mb)), 500);
    const open = await atRate(perSecond, seconds, () => traffic.next());
    const duringTheTime = traffic.acknowledged.slice(from);
    say(`sent; ${open.size} have no answer yet`);
    await Promise.all(open);
    clearInterval(watch);

    const conversations = [...new Set(traffic.acknowledged.map(({ conversation }) => conversation))];
    await eventually(
      async () => {
        for (const conversation of conversations) {
          const { status, waiting } = await stack.read(conversation);
          if (status !== 'idle' || waiting > 0) return false;
        }
        return true;
      },
      { ms: settleMs, what: 'every conversation is idle' },
    );
    say('all answered');
    const quarter = Math.floor(memory.length / 4);
    const quarters = [0, 1, 2, 3].map((one) => median(memory.slice(one * quarter, (one + 1) * quarter)));
    const gatewayMb = [...quarters, await resident()].map((mb) => Math.round(mb));
    const growth = (gatewayMb[3] ?? 0) - (gatewayMb[1] ?? 0);
    const read = async (conversation: string) => (await stack.read(conversation)).transcript;
    const violations = [
      ...(await checkAnswers(traffic.acknowledged, read)),
      ...checkStatuses(traffic.answers),
      ...(gateway?.ended ? ['the gateway ended'] : []),
      ...(growth > MOST_GROWTH_MB ? [`the gateway's memory grew by ${growth} MB`] : []),
    ];
    const times = duringTheTime.map(({ ms }) => ms);
    return {
      sent: perSecond * seconds,
      acknowledged: traffic.acknowledged.length,
      p50: Math.round(median(times)),
      p99: Math.round(quantile(times, 0.99)),
      slowest: Math.round(Math.max(...times)),
      again: traffic.acknowledged.filter(({ attempts }: Acknowledged) => attempts > 1).length,
      gatewayMb,
      answers: Object.fromEntries(
        [...traffic.answers].map(([kind, statuses]) => [kind, Object.fromEntries(statuses)]),
      ),
      violations,
    };
  } finally {
    await scene.stop();
    await Promise.all(rigs.map((rig) => rig.close()));
  }
}

function startRig(name: string) {
  const start = RIGS[name];
  if (!start) throw new Error(`there is no rig of ${name}`);
  return start();
}

/** Calls at a steady rate, waiting for none. Resolves with the calls that are still open at the end. */
async function atRate(
  perSecond: number,
  seconds: number,
  act: () => Promise<void>,
): Promise<Set<Promise<void>>> {
  const open = new Set<Promise<void>>();
  const began = performance.now();
  for (let done = 0; done < perSecond * seconds; ) {
    const due = Math.min(perSecond * seconds, ((performance.now() - began) / 1000) * perSecond);
    for (; done < due; done += 1) {
      const one = act().finally(() => open.delete(one));
      open.add(one);
    }
    await sleep(2);
  }
  return open;
}

/** Not every message is acknowledged at once; but nothing else is answered in another way than it should be. */
function checkStatuses(answers: ReadonlyMap<Kind, ReadonlyMap<string, number>>): string[] {
  return [...answers].flatMap(([kind, statuses]) =>
    [...statuses]
      .filter(([status]) => !EXPECTED[kind].test(status))
      .filter(([status]) => !((kind === 'new' || kind === 'repeated') && /^(503|0)$/.test(status)))
      .map(([status, times]) => `${kind}: answered ${status}, ${times} times`),
  );
}
