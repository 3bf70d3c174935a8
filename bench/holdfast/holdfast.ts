import { fileURLToPath } from 'node:url';
import { Webhook } from 'standardwebhooks';
import { Stack, type Tools } from '../../test/support/stack.ts';
import { post } from '../post.ts';
import type { System, SystemOptions } from '../system.ts';

const SECRET = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';

/** holdfast as `npm start` runs it, on the platform `http`. */
export interface Holdfast extends System {
  stack: Stack;
}

export async function startHoldfast({ world, ...tools }: SystemOptions & Tools): Promise<Holdfast> {
  const stack = await Stack.start(tools, {
    env: {
      HOLDFAST_CONFIG: fileURLToPath(new URL('./holdfast.config.ts', import.meta.url)),
      HOLDFAST_MODEL: 'openai-compatible/instant',
      OPENAI_COMPATIBLE_BASE_URL: `${world.model.url}/v1`,
      OPENAI_COMPATIBLE_API_KEY: world.model.key,
      HTTP_WEBHOOK_SECRET: SECRET,
      WORLD_URL: world.url,
      HTTP_CALLBACK_URL: `${world.url}/replies`,
    },
  });
  const webhook = new Webhook(SECRET);
  return {
    name: 'holdfast',
    stack,
    async send({ conversation, id, text }) {
      const body = JSON.stringify({ conversation, id, text, sender: { id: 'u1' } });
      const at = new Date();
      await post(`${stack.url()}/webhooks/http`, body, {
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': webhook.sign(id, at, body),
      });
    },
    processes: () => ({
      temporal: [stack.temporal.pid],
      gateway: stack.gateways.map(({ pid }) => pid),
      worker: stack.workers.map(({ pid }) => pid),
    }),
    close: () => stack.stop(),
  };
}
