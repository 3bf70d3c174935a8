import { readEnvironment } from '../config/environment.ts';
import { UserError } from './user-error.ts';

const USER_ID = /^@([^:]+):(.+)$/;
const PATH = '/webhooks/matrix';

/**
 * The registration file by which a Matrix homeserver knows holdfast as an application service, in YAML: `address` is the
 * gateway's, as the homeserver reaches it. Throws UserError.
 */
export function matrixRegistration(address: string, env: NodeJS.ProcessEnv): string {
  const url = URL.parse(address);
  if (!url || !/^https?:$/.test(url.protocol))
    throw new UserError(
      'The URL must be where the homeserver reaches this gateway, for instance https://bot.example.org',
    );
  if (url.pathname === '/') url.pathname = PATH;

  const { MATRIX_USER_ID, MATRIX_AS_TOKEN, MATRIX_HS_TOKEN } = readEnvironment(env);
  const [userId = '', localpart = ''] = USER_ID.exec(MATRIX_USER_ID ?? '') ?? [];
  if (userId === '')
    throw new UserError('MATRIX_USER_ID: must be set, for instance to @holdfast:example.org');
  for (const [name, token] of Object.entries({ MATRIX_AS_TOKEN, MATRIX_HS_TOKEN }))
    if (token === undefined)
      throw new UserError(`${name}: is not set; choose a secret, for instance with: openssl rand -hex 32`);
  if (MATRIX_AS_TOKEN === MATRIX_HS_TOKEN)
    throw new UserError('MATRIX_HS_TOKEN: must not be the same as MATRIX_AS_TOKEN');

  // A string in JSON is one in YAML.
  const word = (text = '') => JSON.stringify(text);
  return [
    'id: holdfast',
    `url: ${word(url.href.replace(/\/+$/, ''))}`,
    `as_token: ${word(MATRIX_AS_TOKEN)}`,
    `hs_token: ${word(MATRIX_HS_TOKEN)}`,
    `sender_localpart: ${word(localpart)}`,
    'rate_limited: false',
    'namespaces:',
    '  users:',
    '    - exclusive: true',
    `      regex: ${word(`^${userId.replace(/[.+*?()[\]|^$\\/]/g, '\\$&')}$`)}`,
    '  aliases: []',
    '  rooms: []',
  ].join('\n');
}
