import { createPrivateKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';

const NAME = 'GOOGLE_CHAT_CREDENTIALS';

const keyFile = z.object({
  type: z.literal('service_account', 'must be "service_account"'),
  client_email: z.string('is missing').min(1),
  private_key: z.string('is missing'),
  private_key_id: z.string().optional(),
  token_uri: z.url('must be a URL').default('https://oauth2.googleapis.com/token'),
});

/** What we are in Google's eyes. */
export interface ServiceAccount {
  email: string;
  key: KeyObject;
  keyId?: string;
  /** Where access tokens come from. */
  tokenUrl: string;
}

/** Reads a service account's key file. Throws for one that cannot be used, and says why without its values. */
export function readCredentials(json: string): ServiceAccount {
  const parsed = keyFile.safeParse(parseJson(json));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new Error(`${NAME}: ${issue?.path.join('.') || 'it'} ${issue?.message ?? 'is invalid'}.`);
  }
  const { client_email: email, private_key: pem, private_key_id: keyId, token_uri: tokenUrl } = parsed.data;
  return { email, key: readKey(pem), tokenUrl, ...(keyId !== undefined && { keyId }) };
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new Error(`${NAME}: must be the JSON text of a service account's key file, not its path.`);
  }
}

function readKey(pem: string): KeyObject {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'rsa') return key;
  } catch {
    // The reason would show a part of the key.
  }
  throw new Error(
    `${NAME}: private_key must be an RSA private key in PEM form, with its line breaks as \\n.`,
  );
}
