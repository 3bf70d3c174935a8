import type { Platform } from '../platforms/platform.ts';
import type { Environment } from './environment.ts';

interface PlatformSwitch {
  /** Variables that switch the platform on, all of them together. */
  secrets: (keyof Environment)[];
  create(environment: Environment): Promise<Platform>;
}

/** Every platform with what switches it on; its code is loaded only then. */
const switches: Record<string, PlatformSwitch> = {
  http: {
    secrets: ['HTTP_WEBHOOK_SECRET'],
    async create({ HTTP_WEBHOOK_SECRET = '', HTTP_CALLBACK_URL }) {
      const { createHttp } = await import('../platforms/http/http.ts');
      return createHttp({
        secret: HTTP_WEBHOOK_SECRET,
        ...(HTTP_CALLBACK_URL === undefined ? {} : { callbackUrl: HTTP_CALLBACK_URL }),
      });
    },
  },
  telegram: {
    secrets: ['TELEGRAM_BOT_TOKEN', 'TELEGRAM_WEBHOOK_SECRET'],
    async create({ TELEGRAM_BOT_TOKEN = '', TELEGRAM_WEBHOOK_SECRET = '', TELEGRAM_API_BASE_URL }) {
      const { createTelegram } = await import('../platforms/telegram/telegram.ts');
      return createTelegram({
        botToken: TELEGRAM_BOT_TOKEN,
        webhookSecret: TELEGRAM_WEBHOOK_SECRET,
        apiBaseUrl: TELEGRAM_API_BASE_URL,
      });
    },
  },
};

/** Platforms whose secrets are all set. */
export function enabledPlatforms(environment: Environment): string[] {
  return Object.keys(switches).filter((name) => missingSecrets(name, environment)?.length === 0);
}

/** Variables that must still be set to switch a platform on; undefined if there is no such platform. */
export function missingSecrets(name: string, environment: Environment): string[] | undefined {
  if (!Object.hasOwn(switches, name)) return undefined;
  return switches[name]?.secrets.filter((secret) => environment[secret] === undefined);
}

/** The platforms that are on, by name. */
export async function createPlatforms(environment: Environment): Promise<Map<string, Platform>> {
  const platforms = new Map<string, Platform>();
  for (const name of enabledPlatforms(environment)) {
    const platform = await switches[name]?.create(environment);
    if (platform) platforms.set(name, platform);
  }
  return platforms;
}
