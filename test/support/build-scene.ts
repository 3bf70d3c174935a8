import { Ledger } from '../fakes/ledger.ts';
import { FakeModel } from '../fakes/model-server.ts';
import { FakeTelegram } from '../fakes/telegram/telegram.ts';
import { followPlan } from './plan.ts';
import { Stack, type StackOptions, type Tools } from './stack.ts';
import { worldEnvironment } from './world-environment.ts';

/** A stack with a scripted model, a ledger outside and Telegram around it. */
export interface Scene {
  stack: Stack;
  model: FakeModel;
  ledger: Ledger;
  telegram: FakeTelegram;
  stop(): Promise<void>;
}

export async function buildScene(tools: Tools, options: StackOptions = {}): Promise<Scene> {
  const [model, ledger] = await Promise.all([FakeModel.start(followPlan), Ledger.start()]);
  const token = '123456:token-of-the-tests';
  const telegram = await FakeTelegram.start({ token, webhookSecret: 'secret-of-the-tests' });
  const stack = await Stack.start(tools, {
    ...options,
    env: {
      ...worldEnvironment(model, ledger),
      TELEGRAM_BOT_TOKEN: token,
      TELEGRAM_WEBHOOK_SECRET: 'secret-of-the-tests',
      TELEGRAM_API_BASE_URL: telegram.url,
      ...options.env,
    },
  });
  telegram.webhookUrl = `${stack.url()}/webhooks/telegram`;
  return {
    stack,
    model,
    ledger,
    telegram,
    async stop() {
      await stack.stop();
      await Promise.all([model.close(), ledger.close(), telegram.close()]);
    },
  };
}
