import { type Environment, readEnvironment } from '../config/environment.ts';
import { missingSecrets } from '../config/platforms.ts';
import { DeliveryRefused } from '../platforms/platform.ts';
import { UserError } from './user-error.ts';

type SetUp = (environment: Environment, url: string) => Promise<string>;

/** In place of a URL, for a platform that can do without one. */
const NONE = 'none';

const SET_UPS: Record<string, SetUp> = {
  async telegram({ TELEGRAM_BOT_TOKEN = '', TELEGRAM_WEBHOOK_SECRET = '', TELEGRAM_API_BASE_URL }, url) {
    const { setTelegramWebhook } = await import('../platforms/telegram/set-webhook.ts');
    return setTelegramWebhook(
      {
        botToken: TELEGRAM_BOT_TOKEN,
        webhookSecret: TELEGRAM_WEBHOOK_SECRET,
        apiBaseUrl: TELEGRAM_API_BASE_URL,
      },
      url,
    );
  },
  async discord({ DISCORD_APPLICATION_ID = '', DISCORD_BOT_TOKEN = '', DISCORD_API_BASE_URL }, url) {
    const { setDiscordWebhook } = await import('../platforms/discord/set-up.ts');
    return setDiscordWebhook(
      {
        applicationId: DISCORD_APPLICATION_ID,
        botToken: DISCORD_BOT_TOKEN,
        apiBaseUrl: DISCORD_API_BASE_URL,
      },
      url === NONE ? null : url,
    );
  },
};

/** Where the secrets come from. */
const HINTS: Record<string, string> = {
  TELEGRAM_BOT_TOKEN: '@BotFather gives one',
  TELEGRAM_WEBHOOK_SECRET: 'choose one of 1 to 256 letters, digits, _ and -',
  DISCORD_APPLICATION_ID: 'it is on the page General Information of the application',
  DISCORD_PUBLIC_KEY: 'it is on the page General Information of the application',
  DISCORD_BOT_TOKEN: 'the page Bot of the application gives one',
};

/**
 * Tells a platform where its webhooks go: the gateway's public origin, or the whole address; `none` for Discord's listener.
 * Returns what to tell the user. Throws UserError.
 */
export async function setWebhook(platform: string, address: string, env: NodeJS.ProcessEnv): Promise<string> {
  const setUp = Object.hasOwn(SET_UPS, platform) ? SET_UPS[platform] : undefined;
  if (!setUp)
    throw new UserError(
      `"${platform}" has no command for this: give it the address https://<your host>/webhooks/${platform} in its own settings. ` +
        `Only ${Object.keys(SET_UPS).join(' and ')} have one.`,
    );
  const url = platform === 'discord' && address === NONE ? NONE : URL.parse(address)?.href;
  if (url !== NONE && !url?.startsWith('https:'))
    throw new UserError('The URL must be a public https address, for instance https://bot.example.org');
  const environment = readEnvironment(env);
  const [missing] = missingSecrets(platform, environment) ?? [];
  if (missing !== undefined) throw new UserError(`${missing}: is not set; ${HINTS[missing]}`);
  try {
    return await setUp(environment, url);
  } catch (error) {
    // The platform says what it does not like.
    throw error instanceof DeliveryRefused ? new UserError(error.message) : error;
  }
}
