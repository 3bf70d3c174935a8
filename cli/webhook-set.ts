import { readEnvironment } from '../config/environment.ts';
import { UserError } from './user-error.ts';

/**
 * Tells a platform where its webhooks go: the gateway's public origin, or the whole address. Returns what to tell the user.
 * Throws UserError.
 */
export async function setWebhook(platform: string, address: string, env: NodeJS.ProcessEnv): Promise<string> {
  if (platform !== 'telegram')
    throw new UserError(
      `"${platform}" has no command for this: give it the address https://<your host>/webhooks/${platform} in its own settings. Only telegram has one.`,
    );
  const url = URL.parse(address);
  if (url?.protocol !== 'https:')
    throw new UserError('The URL must be a public https address, for instance https://bot.example.org');

  const { TELEGRAM_BOT_TOKEN, TELEGRAM_WEBHOOK_SECRET, TELEGRAM_API_BASE_URL } = readEnvironment(env);
  if (!TELEGRAM_BOT_TOKEN) throw new UserError('TELEGRAM_BOT_TOKEN: is not set; @BotFather gives one');
  if (!TELEGRAM_WEBHOOK_SECRET)
    throw new UserError(
      'TELEGRAM_WEBHOOK_SECRET: is not set; choose one of 1 to 256 letters, digits, _ and -',
    );
  const { setTelegramWebhook } = await import('../platforms/telegram/set-webhook.ts');
  return setTelegramWebhook(
    {
      botToken: TELEGRAM_BOT_TOKEN,
      webhookSecret: TELEGRAM_WEBHOOK_SECRET,
      apiBaseUrl: TELEGRAM_API_BASE_URL,
    },
    url.href,
  );
}
