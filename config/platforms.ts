import type { Platform } from '../platforms/platform.ts';
import type { Environment } from './environment.ts';

interface PlatformSwitch {
  /** Variables that switch the platform on, all of them together. */
  secrets: (keyof Environment)[];
  /** It has a listener, which runs in a process of its own. */
  listens?: true;
  create(environment: Environment): Promise<Platform>;
}

/** Every platform with what switches it on; its code is loaded only then. */
const switches: Record<string, PlatformSwitch> = {
  discord: {
    secrets: ['DISCORD_APPLICATION_ID', 'DISCORD_PUBLIC_KEY', 'DISCORD_BOT_TOKEN'],
    listens: true,
    async create({
      DISCORD_APPLICATION_ID = '',
      DISCORD_PUBLIC_KEY = '',
      DISCORD_BOT_TOKEN = '',
      DISCORD_API_BASE_URL,
    }) {
      const { createDiscord } = await import('../platforms/discord/discord.ts');
      return createDiscord({
        applicationId: DISCORD_APPLICATION_ID,
        publicKey: DISCORD_PUBLIC_KEY,
        botToken: DISCORD_BOT_TOKEN,
        apiBaseUrl: DISCORD_API_BASE_URL,
      });
    },
  },
  'google-chat': {
    secrets: ['GOOGLE_CHAT_CREDENTIALS', 'GOOGLE_CHAT_AUDIENCE'],
    async create({
      GOOGLE_CHAT_CREDENTIALS = '',
      GOOGLE_CHAT_AUDIENCE = '',
      GOOGLE_CHAT_JWKS_URL,
      GOOGLE_CHAT_API_BASE_URL,
    }) {
      const { createGoogleChat } = await import('../platforms/google-chat/google-chat.ts');
      return createGoogleChat({
        credentials: GOOGLE_CHAT_CREDENTIALS,
        audience: GOOGLE_CHAT_AUDIENCE,
        jwksUrl: GOOGLE_CHAT_JWKS_URL,
        apiBaseUrl: GOOGLE_CHAT_API_BASE_URL,
      });
    },
  },
  feishu: {
    secrets: ['FEISHU_APP_ID', 'FEISHU_APP_SECRET', 'FEISHU_VERIFICATION_TOKEN'],
    async create({
      FEISHU_APP_ID = '',
      FEISHU_APP_SECRET = '',
      FEISHU_VERIFICATION_TOKEN = '',
      FEISHU_ENCRYPT_KEY,
      FEISHU_API_BASE_URL,
    }) {
      const { createFeishu } = await import('../platforms/feishu/feishu.ts');
      return createFeishu({
        appId: FEISHU_APP_ID,
        appSecret: FEISHU_APP_SECRET,
        verificationToken: FEISHU_VERIFICATION_TOKEN,
        encryptKey: FEISHU_ENCRYPT_KEY,
        apiBaseUrl: FEISHU_API_BASE_URL,
      });
    },
  },
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
  teams: {
    secrets: ['TEAMS_APP_ID', 'TEAMS_APP_PASSWORD'],
    async create({
      TEAMS_APP_ID = '',
      TEAMS_APP_PASSWORD = '',
      TEAMS_TENANT_ID,
      TEAMS_LOGIN_BASE_URL,
      TEAMS_OPENID_METADATA_URL,
      TEAMS_API_BASE_URL,
    }) {
      const { createTeams } = await import('../platforms/teams/teams.ts');
      return createTeams({
        appId: TEAMS_APP_ID,
        appPassword: TEAMS_APP_PASSWORD,
        tenantId: TEAMS_TENANT_ID,
        loginBaseUrl: TEAMS_LOGIN_BASE_URL,
        openIdMetadataUrl: TEAMS_OPENID_METADATA_URL,
        apiBaseUrl: TEAMS_API_BASE_URL,
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
  slack: {
    secrets: ['SLACK_BOT_TOKEN', 'SLACK_SIGNING_SECRET'],
    async create({ SLACK_BOT_TOKEN = '', SLACK_SIGNING_SECRET = '', SLACK_API_BASE_URL }) {
      const { createSlack } = await import('../platforms/slack/slack.ts');
      return createSlack({
        botToken: SLACK_BOT_TOKEN,
        signingSecret: SLACK_SIGNING_SECRET,
        apiBaseUrl: SLACK_API_BASE_URL,
      });
    },
  },
  wechat: {
    secrets: ['WECHAT_APP_ID', 'WECHAT_APP_SECRET', 'WECHAT_TOKEN'],
    async create({
      WECHAT_APP_ID = '',
      WECHAT_APP_SECRET = '',
      WECHAT_TOKEN = '',
      WECHAT_ENCODING_AES_KEY,
      WECHAT_API_BASE_URL,
    }) {
      const { createWechat } = await import('../platforms/wechat/wechat.ts');
      return createWechat({
        appId: WECHAT_APP_ID,
        appSecret: WECHAT_APP_SECRET,
        token: WECHAT_TOKEN,
        encodingAesKey: WECHAT_ENCODING_AES_KEY,
        apiBaseUrl: WECHAT_API_BASE_URL,
      });
    },
  },
  wecom: {
    secrets: ['WECOM_CORP_ID', 'WECOM_AGENT_ID', 'WECOM_SECRET', 'WECOM_TOKEN', 'WECOM_ENCODING_AES_KEY'],
    async create({
      WECOM_CORP_ID = '',
      WECOM_AGENT_ID = '',
      WECOM_SECRET = '',
      WECOM_TOKEN = '',
      WECOM_ENCODING_AES_KEY = '',
      WECOM_API_BASE_URL,
    }) {
      const { createWecom } = await import('../platforms/wecom/wecom.ts');
      return createWecom({
        corpId: WECOM_CORP_ID,
        agentId: WECOM_AGENT_ID,
        secret: WECOM_SECRET,
        token: WECOM_TOKEN,
        encodingAesKey: WECOM_ENCODING_AES_KEY,
        apiBaseUrl: WECOM_API_BASE_URL,
      });
    },
  },
  matrix: {
    secrets: ['MATRIX_HOMESERVER_URL', 'MATRIX_AS_TOKEN', 'MATRIX_HS_TOKEN', 'MATRIX_USER_ID'],
    async create({
      MATRIX_HOMESERVER_URL = '',
      MATRIX_AS_TOKEN = '',
      MATRIX_HS_TOKEN = '',
      MATRIX_USER_ID = '',
      MATRIX_ACCEPT_INVITES,
    }) {
      const { createMatrix } = await import('../platforms/matrix/matrix.ts');
      return createMatrix({
        homeserverUrl: MATRIX_HOMESERVER_URL,
        asToken: MATRIX_AS_TOKEN,
        hsToken: MATRIX_HS_TOKEN,
        userId: MATRIX_USER_ID,
        acceptInvites: MATRIX_ACCEPT_INVITES,
      });
    },
  },
  line: {
    secrets: ['LINE_CHANNEL_ACCESS_TOKEN', 'LINE_CHANNEL_SECRET'],
    async create({ LINE_CHANNEL_ACCESS_TOKEN = '', LINE_CHANNEL_SECRET = '', ...environment }) {
      const { createLine } = await import('../platforms/line/line.ts');
      return createLine({
        channelAccessToken: LINE_CHANNEL_ACCESS_TOKEN,
        channelSecret: LINE_CHANNEL_SECRET,
        apiBaseUrl: environment.LINE_API_BASE_URL,
        dataApiBaseUrl: environment.LINE_DATA_API_BASE_URL,
      });
    },
  },
  whatsapp: {
    secrets: [
      'WHATSAPP_ACCESS_TOKEN',
      'WHATSAPP_APP_SECRET',
      'WHATSAPP_PHONE_NUMBER_ID',
      'WHATSAPP_VERIFY_TOKEN',
    ],
    async create(environment) {
      const { createWhatsApp } = await import('../platforms/whatsapp/whatsapp.ts');
      return createWhatsApp({
        accessToken: environment.WHATSAPP_ACCESS_TOKEN ?? '',
        appSecret: environment.WHATSAPP_APP_SECRET ?? '',
        phoneNumberId: environment.WHATSAPP_PHONE_NUMBER_ID ?? '',
        verifyToken: environment.WHATSAPP_VERIFY_TOKEN ?? '',
        apiBaseUrl: environment.WHATSAPP_API_BASE_URL,
      });
    },
  },
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
