import { COMMANDS, type CommandSpec } from '../../contract/commands.ts';
import { createCall, type TelegramAccess } from './api.ts';

export interface SetWebhookOptions extends TelegramAccess {
  webhookSecret: string;
}

const PATH = '/webhooks/telegram';

/**
 * Tells Telegram where to send its updates (the gateway's public URL, with or without the path of the webhook) and which
 * commands there are. Returns a line for people on how it stands.
 */
export async function setTelegramWebhook(options: SetWebhookOptions, url: string): Promise<string> {
  const target = new URL(url);
  if (target.pathname === '/') target.pathname = PATH;
  const call = createCall(options);
  await call('setWebhook', (api, signal) =>
    api.setWebhook(
      {
        url: target.href,
        secret_token: options.webhookSecret,
        allowed_updates: ['message', 'edited_message', 'callback_query'],
      },
      signal,
    ),
  );
  await call('setMyCommands', (api, signal) =>
    api.setMyCommands({ commands: COMMANDS.map(commandFor) }, signal),
  );
  const info = await call('getWebhookInfo', (api, signal) => api.getWebhookInfo(signal));
  const waiting = `${info.pending_update_count} update${info.pending_update_count === 1 ? '' : 's'} waiting`;
  const trouble = info.last_error_message ? `; last error: ${info.last_error_message}` : '';
  const names = COMMANDS.map(({ name }) => `/${name}`).join(', ');
  return `Telegram sends to ${info.url} (${waiting}${trouble}), and has the commands ${names}`;
}

function commandFor({ name, does, argument }: CommandSpec) {
  return { command: name, description: argument ? `${does}: ${argument}` : does };
}
