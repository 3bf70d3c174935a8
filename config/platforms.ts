import type { Platform } from '../platforms/platform.ts';
import type { Environment } from './environment.ts';

interface PlatformSwitch {
  /** Variables that switch the platform on, all of them together. */
  secrets: (keyof Environment)[];
  /** It has a listener, which runs in a process of its own. */
  listens?: true;
  create(environment: Environment): Promise<Platform>;
}

/** A platform that is created only when all its secrets are set. */
function needs<Secret extends keyof Environment>(
  secrets: Secret[],
  create: (environment: Environment & Record<Secret, string>) => Promise<Platform>,
): PlatformSwitch {
  return { secrets, create: (environment) => create(environment as Environment & Record<Secret, string>) };
}

/** Every platform with what switches it on; its code is loaded only then. */
const switches: Record<string, PlatformSwitch> = {
  telegram: needs(['TELEGRAM_BOT_TOKEN', 'TELEGRAM_WEBHOOK_SECRET'], async (env) => {
    const { createTelegram } = await import('../platforms/telegram/telegram.ts');
    return createTelegram({
      botToken: env.TELEGRAM_BOT_TOKEN,
      webhookSecret: env.TELEGRAM_WEBHOOK_SECRET,
      apiBaseUrl: env.TELEGRAM_API_BASE_URL,
    });
  }),
  discord: {
    ...needs(['DISCORD_APPLICATION_ID', 'DISCORD_PUBLIC_KEY', 'DISCORD_BOT_TOKEN'], async (env) => {
      const { createDiscord } = await import('../platforms/discord/discord.ts');
      return createDiscord({
        applicationId: env.DISCORD_APPLICATION_ID,
        publicKey: env.DISCORD_PUBLIC_KEY,
        botToken: env.DISCORD_BOT_TOKEN,
        apiBaseUrl: env.DISCORD_API_BASE_URL,
      });
    }),
    listens: true,
  },
  slack: needs(['SLACK_BOT_TOKEN', 'SLACK_SIGNING_SECRET'], async (env) => {
    const { createSlack } = await import('../platforms/slack/slack.ts');
    return createSlack({
      botToken: env.SLACK_BOT_TOKEN,
      signingSecret: env.SLACK_SIGNING_SECRET,
      apiBaseUrl: env.SLACK_API_BASE_URL,
    });
  }),
  feishu: needs(['FEISHU_APP_ID', 'FEISHU_APP_SECRET', 'FEISHU_VERIFICATION_TOKEN'], async (env) => {
    const { createFeishu } = await import('../platforms/feishu/feishu.ts');
    return createFeishu({
      appId: env.FEISHU_APP_ID,
      appSecret: env.FEISHU_APP_SECRET,
      verificationToken: env.FEISHU_VERIFICATION_TOKEN,
      encryptKey: env.FEISHU_ENCRYPT_KEY,
      apiBaseUrl: env.FEISHU_API_BASE_URL,
    });
  }),
  wechat: needs(['WECHAT_APP_ID', 'WECHAT_APP_SECRET', 'WECHAT_TOKEN'], async (env) => {
    const { createWechat } = await import('../platforms/wechat/wechat.ts');
    return createWechat({
      appId: env.WECHAT_APP_ID,
      appSecret: env.WECHAT_APP_SECRET,
      token: env.WECHAT_TOKEN,
      encodingAesKey: env.WECHAT_ENCODING_AES_KEY,
      apiBaseUrl: env.WECHAT_API_BASE_URL,
    });
  }),
  wecom: needs(
    ['WECOM_CORP_ID', 'WECOM_AGENT_ID', 'WECOM_SECRET', 'WECOM_TOKEN', 'WECOM_ENCODING_AES_KEY'],
    async (env) => {
      const { createWecom } = await import('../platforms/wecom/wecom.ts');
      return createWecom({
        corpId: env.WECOM_CORP_ID,
        agentId: env.WECOM_AGENT_ID,
        secret: env.WECOM_SECRET,
        token: env.WECOM_TOKEN,
        encodingAesKey: env.WECOM_ENCODING_AES_KEY,
        apiBaseUrl: env.WECOM_API_BASE_URL,
      });
    },
  ),
  whatsapp: needs(
    ['WHATSAPP_ACCESS_TOKEN', 'WHATSAPP_APP_SECRET', 'WHATSAPP_PHONE_NUMBER_ID', 'WHATSAPP_VERIFY_TOKEN'],
    async (env) => {
      const { createWhatsApp } = await import('../platforms/whatsapp/whatsapp.ts');
      return createWhatsApp({
        accessToken: env.WHATSAPP_ACCESS_TOKEN,
        appSecret: env.WHATSAPP_APP_SECRET,
        phoneNumberId: env.WHATSAPP_PHONE_NUMBER_ID,
        verifyToken: env.WHATSAPP_VERIFY_TOKEN,
        apiBaseUrl: env.WHATSAPP_API_BASE_URL,
      });
    },
  ),
  teams: needs(['TEAMS_APP_ID', 'TEAMS_APP_PASSWORD'], async (env) => {
    const { createTeams } = await import('../platforms/teams/teams.ts');
    return createTeams({
      appId: env.TEAMS_APP_ID,
      appPassword: env.TEAMS_APP_PASSWORD,
      tenantId: env.TEAMS_TENANT_ID,
      loginBaseUrl: env.TEAMS_LOGIN_BASE_URL,
      openIdMetadataUrl: env.TEAMS_OPENID_METADATA_URL,
      apiBaseUrl: env.TEAMS_API_BASE_URL,
    });
  }),
  'google-chat': needs(['GOOGLE_CHAT_CREDENTIALS', 'GOOGLE_CHAT_AUDIENCE'], async (env) => {
    const { createGoogleChat } = await import('../platforms/google-chat/google-chat.ts');
    return createGoogleChat({
      credentials: env.GOOGLE_CHAT_CREDENTIALS,
      audience: env.GOOGLE_CHAT_AUDIENCE,
      jwksUrl: env.GOOGLE_CHAT_JWKS_URL,
      apiBaseUrl: env.GOOGLE_CHAT_API_BASE_URL,
    });
  }),
  line: needs(['LINE_CHANNEL_ACCESS_TOKEN', 'LINE_CHANNEL_SECRET'], async (env) => {
    const { createLine } = await import('../platforms/line/line.ts');
    return createLine({
      channelAccessToken: env.LINE_CHANNEL_ACCESS_TOKEN,
      channelSecret: env.LINE_CHANNEL_SECRET,
      apiBaseUrl: env.LINE_API_BASE_URL,
      dataApiBaseUrl: env.LINE_DATA_API_BASE_URL,
    });
  }),
  matrix: needs(
    ['MATRIX_HOMESERVER_URL', 'MATRIX_AS_TOKEN', 'MATRIX_HS_TOKEN', 'MATRIX_USER_ID'],
    async (env) => {
      const { createMatrix } = await import('../platforms/matrix/matrix.ts');
      return createMatrix({
        homeserverUrl: env.MATRIX_HOMESERVER_URL,
        asToken: env.MATRIX_AS_TOKEN,
        hsToken: env.MATRIX_HS_TOKEN,
        userId: env.MATRIX_USER_ID,
        acceptInvites: env.MATRIX_ACCEPT_INVITES,
      });
    },
  ),
  http: needs(['HTTP_WEBHOOK_SECRET'], async (env) => {
    const { createHttp } = await import('../platforms/http/http.ts');
    return createHttp({
      secret: env.HTTP_WEBHOOK_SECRET,
      callbackUrl: env.HTTP_CALLBACK_URL,
    });
  }),
};

/** Platforms whose secrets are all set. */
export function enabledPlatforms(environment: Environment): string[] {
  return Object.keys(switches).filter((name) => missingSecrets(name, environment)?.length === 0);
}

/** Those of them that have a listener. */
export function listeningPlatforms(environment: Environment): string[] {
  return enabledPlatforms(environment).filter((name) => switches[name]?.listens);
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
