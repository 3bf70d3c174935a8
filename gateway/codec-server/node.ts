import { serve } from '@hono/node-server';
import { ConfigError, readEnvironment } from '../../config/environment.ts';
import { createLog } from '../../config/log.ts';
import { EncryptionCodec } from '../../encryption/encryption-codec.ts';
import { createCodecServer } from './app.ts';

/** The codec server process. It ends on SIGTERM or SIGINT, or when the process that started it is gone. */
const environment = readEnvironment();
const log = createLog(environment);
const { HOLDFAST_ENCRYPTION_KEYS: keys, HOLDFAST_CODEC_PORT: port, HOST: hostname } = environment;
if (keys === undefined)
  throw new ConfigError(
    'HOLDFAST_ENCRYPTION_KEYS: is not set, so that there is nothing to decrypt (docs/encryption.md)',
  );

const { fetch } = createCodecServer({
  codec: new EncryptionCodec(keys),
  ui: environment.TEMPORAL_UI_URL,
  apiKeys: environment.HOLDFAST_API_KEYS,
  log,
});
const server = serve({ fetch, port, hostname }, () => log.info({ port, hostname }, 'codec server ready'));
server.on('error', (error) => {
  log.fatal({ reason: error.message }, 'the codec server cannot listen; set HOLDFAST_CODEC_PORT or HOST');
  process.exit(1);
});
for (const end of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.once(end, () => process.exit(0));
