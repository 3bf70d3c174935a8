import { fileURLToPath } from 'node:url';
import { Webhook } from 'standardwebhooks';
import type { ClusterPrograms } from '../../cli/cluster/find-cluster.ts';
import { CLUSTER_ENVIRONMENT, CLUSTER_LAYOUT } from '../../cli/cluster/layout.ts';
import { type Layout, ONE_OF_EACH } from '../../cli/plan-processes.ts';
import { type Work, workInUse } from '../../contract/queues.ts';
import type { Child } from '../../test/support/child.ts';
import { Stack, type Tools } from '../../test/support/stack.ts';
import { INSPECTABLE } from '../measures/collect-garbage.ts';
import { exchange, post } from '../post.ts';
import { serverProcesses } from '../server-processes.ts';
import type { System, SystemOptions } from '../system.ts';

const SECRET = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
const ANOTHER_SECRET = 'whsec_plJ3nmyCDGBKInavdOK15jsl1fX0Sp5K';

/** holdfast as `npm start` or `npm run cluster` runs it, on the platform `http`. */
export interface Holdfast extends System {
  stack: Stack;
  /** The kinds of work that have a queue in use. */
  work: readonly Work[];
  /** Starts its workers. */
  runWorkers(): Child[];
  /** The same, and waits until they are ready. */
  startWorkers(): Promise<void>;
  /** Sends a message with a signature that is not ours. Resolves when it is refused (401); throws otherwise. */
  forge: System['send'];
}

export interface HoldfastOptions extends SystemOptions, Tools {
  /** Its own processes, if not as the server has them. */
  layout?: Layout | undefined;
  /** Runs it on Temporal's production server from these, with queues for each kind of work. */
  cluster?: ClusterPrograms | undefined;
  /** Variables besides. */
  variables?: Record<string, string>;
}

export async function startHoldfast({
  world,
  cluster,
  layout = cluster ? CLUSTER_LAYOUT : ONE_OF_EACH,
  variables = {},
  ...tools
}: HoldfastOptions): Promise<Holdfast> {
  const stack = await Stack.prepare(tools, {
    cluster,
    env: {
      ...(cluster && CLUSTER_ENVIRONMENT),
      HOLDFAST_CONFIG: fileURLToPath(new URL('./holdfast.config.ts', import.meta.url)),
      HOLDFAST_MODEL: 'openai-compatible/instant',
      OPENAI_COMPATIBLE_BASE_URL: `${world.model.url}/v1`,
      OPENAI_COMPATIBLE_API_KEY: world.model.key,
      HTTP_WEBHOOK_SECRET: SECRET,
      HTTP_CALLBACK_URL: `${world.url}/replies`,
      WORLD_URL: world.url,
      ...INSPECTABLE,
      ...variables,
    },
  });
  const startWorkers = async () => {
    await Promise.all(layout.workers.map(({ env }) => stack.startWorker({ env })));
  };
  await stack.startTemporal();
  await stack.connect();
  await Promise.all([...layout.gateways.map((_, number) => stack.startGateway(number)), startWorkers()]);
  if (layout.workers.length > 0) await stack.ready();

  let turn = 0;
  /** The arguments of a POST of this message, signed with this secret, to one gateway after the other. */
  const signed = (
    secret: string,
    { id, ...message }: Parameters<System['send']>[0],
  ): Parameters<typeof post> => {
    const body = JSON.stringify({ id, ...message, sender: { id: 'u1' } });
    const at = new Date();
    turn += 1;
    return [
      `${stack.url(turn % layout.gateways.length)}/webhooks/http`,
      body,
      {
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': new Webhook(secret).sign(id, at, body),
      },
    ];
  };
  return {
    name: 'holdfast',
    ordinary: 'ordinary tool',
    stack,
    work: workInUse(cluster ? 'split' : 'one'),
    runWorkers: () => layout.workers.map(({ env }) => stack.runWorker({ env })),
    startWorkers,
    send: (message) => post(...signed(SECRET, message)),
    async forge(message) {
      const status = await exchange(...signed(ANOTHER_SECRET, message));
      if (status !== 401) throw new Error(`a forged message was answered ${status}`);
    },
    processes: () => ({
      ...serverProcesses(stack),
      ...named(layout.gateways, stack.gateways),
      ...named(
        layout.workers.map(({ name }) => name),
        stack.workers,
      ),
    }),
    close: () => stack.stop(),
  };
}

/** Pids by the names of the processes, which were started in this order. */
function named(names: readonly string[], children: readonly Child[]): Record<string, number[]> {
  return Object.fromEntries(children.map(({ pid }, index) => [names[index] ?? '', [pid]]));
}
