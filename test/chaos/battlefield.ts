import { fileURLToPath } from 'node:url';
import type { ClusterPrograms } from '../../cli/cluster/find-cluster.ts';
import { watchServer } from '../../cli/temporal/watch-server.ts';
import { Ledger } from '../fakes/ledger.ts';
import { FakeModel, type Script } from '../fakes/model-server.ts';
import { RIGS } from '../fakes/rigs.ts';
import { TcpProxy } from '../fakes/tcp-proxy.ts';
import { HISTORY, POSTGRESQL } from '../support/cluster-server.ts';
import { followPlan } from '../support/plan.ts';
import { Slot } from '../support/slot.ts';
import { Stack, type Tools } from '../support/stack.ts';
import { worldEnvironment } from '../support/world-environment.ts';
import type { Stormed } from './place.ts';
import { stormRig, stormTelegram } from './platforms.ts';
import type { Random } from './random.ts';
import { Traffic } from './traffic.ts';

const WORKERS = 3;
const GATEWAYS = 2;
/** Events after which a conversation goes on in a new run: so that all of them do so again and again. */
const SHORT_RUN = 120;
const CONFIG = fileURLToPath(new URL('./holdfast.config.ts', import.meta.url));

/** holdfast on the real stack, with the world around it, and each of its processes in a slot. */
export interface Battlefield {
  stack: Stack;
  model: FakeModel;
  ledger: Ledger;
  traffic: Traffic;
  platforms: Stormed[];
  workers: Slot[];
  gateways: Slot[];
  /** The processes of Temporal's server, without the database. */
  temporal: Slot[];
  /** Those of them that have the conversations, where there are several. */
  histories: Slot[];
  slots: Slot[];
  /** The way of the last gateway and of the last worker to Temporal. */
  ways: { gateway: TcpProxy; worker: TcpProxy };
  close(): Promise<void>;
}

export interface BattlefieldOptions {
  say(line: string): void;
  tools: Tools;
  random: Random;
  /** Temporal's production server from these, instead of the development server. */
  cluster?: ClusterPrograms | undefined;
}

/** Starts everything and waits until it is ready. */
export async function openBattlefield({
  tools,
  random,
  cluster,
  say,
}: BattlefieldOptions): Promise<Battlefield> {
  const mood = moody(random.fork());
  const model = await FakeModel.start((request) => {
    // There are thousands of them.
    model.requests.length = 0;
    return mood(request);
  });
  const ledger = await Ledger.start();
  let turn = 0;
  let urls: string[] = [];
  // A load balancer that knows nothing.
  const gateway = () => urls[turn++ % urls.length] ?? 'http://127.0.0.1:9';
  const rig = { gateway, random: random.fork() };
  const { http, matrix } = RIGS;
  if (!http || !matrix) throw new Error('no rig');
  const platforms = [
    await stormTelegram(gateway),
    await stormRig(http, rig),
    await stormRig(matrix, { ...rig, inOneOrder: true }),
  ];
  const stack = await Stack.prepare(tools, {
    dynamicConfig: { 'limit.historyCount.suggestContinueAsNew': SHORT_RUN },
    cluster,
    env: {
      HOLDFAST_CONFIG: CONFIG,
      ...worldEnvironment(model, ledger),
      ...Object.assign({}, ...platforms.map(({ env }) => env)),
    },
  });
  urls = Array.from({ length: GATEWAYS }, (_, number) => stack.url(number));
  const server: Slot[] = [];
  for (const part of stack.serverParts) {
    // A service ends when it is started while the database is down.
    server.push(new Slot(part.name, () => stack.runPart(part), { mayCrash: cluster !== undefined }));
    await part.up();
  }
  await stack.temporalAnswers();
  const watching = new AbortController();
  for (const development of cluster ? [] : server) {
    void watchServer({
      address: stack.temporalAddress,
      stop: watching.signal,
      async restart(why) {
        say(`Temporal ${why}: it is started again, as by npm start`);
        await development.kill();
      },
    });
  }
  const ways = {
    gateway: await TcpProxy.start(stack.temporalAddress),
    worker: await TcpProxy.start(stack.temporalAddress),
  };
  const by = (way: TcpProxy, isLast: boolean) => (isLast ? { TEMPORAL_ADDRESS: way.address } : {});
  const gateways = urls.map((_, number) => {
    const env = by(ways.gateway, number === GATEWAYS - 1);
    return new Slot(`gateway ${number + 1}`, () => stack.runGateway(number, { env }));
  });
  const workers = Array.from({ length: WORKERS }, (_, number) => {
    const env = by(ways.worker, number === WORKERS - 1);
    return new Slot(`worker ${number + 1}`, () => stack.runWorker({ env }));
  });
  await stack.connect();
  await stack.ready();
  const traffic = new Traffic();
  const slots = [...server, ...gateways, ...workers];
  return {
    stack,
    model,
    ledger,
    traffic,
    platforms,
    workers,
    gateways,
    temporal: server.filter(({ name }) => name !== POSTGRESQL),
    histories: server.filter(({ name }) => name.startsWith(HISTORY)),
    slots,
    ways,
    async close() {
      traffic.close();
      watching.abort();
      await Promise.all(platforms.map((platform) => platform.close()));
      await Promise.all(slots.map((slot) => slot.close()));
      await stack.stop();
      await Promise.all([model.close(), ledger.close(), ways.gateway.close(), ways.worker.close()]);
    },
  };
}

/** A model that follows its plan, and is now and then down, busy, slow or cut off in the middle of a word. */
function moody(random: Random): Script {
  return (request) => {
    const mood = random.next();
    if (mood < 0.02) return { status: 500 };
    if (mood < 0.04) return { status: 429, headers: { 'retry-after': '1' } };
    const step = followPlan(request);
    if (mood < 0.06 && step.calls === undefined) return { ...step, cutAfter: random.between(1, 40) };
    return mood < 0.1 ? { ...step, delayMs: 2_000 } : step;
  };
}
