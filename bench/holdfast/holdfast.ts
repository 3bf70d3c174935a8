import { fileURLToPath } from 'node:url';
import { Webhook } from 'standardwebhooks';
import { type Layout, ONE_OF_EACH } from '../../cli/plan-processes.ts';
import { Stack, type Tools } from '../../test/support/stack.ts';
import { INSPECTABLE } from '../measures/collect-garbage.ts';
import { exchange, post } from '../post.ts';
import type { System, SystemOptions } from '../system.ts';

const SECRET = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
const ANOTHER_SECRET = 'whsec_plJ3nmyCDGBKInavdOK15jsl1fX0Sp5K';

/** holdfast as `npm start` runs it, on the platform `http`. */
export interface Holdfast extends System {
  stack: Stack;
  /** Sends a message with a signature that is not ours. Resolves when it is refused (401); throws otherwise. */
  forge: System['send'];
}

export interface HoldfastOptions extends SystemOptions, Tools {
  /** Its own processes. */
  layout?: Layout | undefined;
}

export async function startHoldfast({
  world,
  layout = ONE_OF_EACH,
  ...tools
}: HoldfastOptions): Promise<Holdfast> {
  const stack = await Stack.prepare(tools, {
    env: {
      HOLDFAST_CONFIG: fileURLToPath(new URL('./holdfast.config.ts', import.meta.url)),
      HOLDFAST_MODEL: 'openai-compatible/instant',
      OPENAI_COMPATIBLE_BASE_URL: `${world.model.url}/v1`,
      OPENAI_COMPATIBLE_API_KEY: world.model.key,
      HTTP_WEBHOOK_SECRET: SECRET,
      HTTP_CALLBACK_URL: `${world.url}/replies`,
      WORLD_URL: world.url,
      ...INSPECTABLE,
    },
  });
  await stack.startTemporal();
  await stack.connect();
  await Promise.all([
    ...layout.gateways.map((_, number) => stack.startGateway(number)),
    ...layout.workers.map(() => stack.startWorker()),
  ]);
  if (layout.workers.length > 0) await stack.ready();

  /** The arguments of a POST of this message, signed with this secret. */
  const signed = (
    secret: string,
    { id, ...message }: Parameters<System['send']>[0],
  ): Parameters<typeof post> => {
    const body = JSON.stringify({ id, ...message, sender: { id: 'u1' } });
    const at = new Date();
    return [
      `${stack.url()}/webhooks/http`,
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
    stack,
    send: (message) => post(...signed(SECRET, message)),
    async forge(message) {
      const status = await exchange(...signed(ANOTHER_SECRET, message));
      if (status !== 401) throw new Error(`a forged message was answered ${status}`);
    },
    processes: () => ({
      temporal: [stack.temporal.pid],
      gateway: stack.gateways.map(({ pid }) => pid),
      worker: stack.workers.map(({ pid }) => pid),
    }),
    close: () => stack.stop(),
  };
}
