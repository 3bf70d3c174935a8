import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { jwtVerify } from 'jose';
import type { ApiAnswer, ApiRequest } from '../fake-api.ts';

const EMAIL = 'bot@project.iam.gserviceaccount.com';
const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const SCOPE = 'https://www.googleapis.com/auth/chat.bot';

/** Keys take long to make: one process has this. */
let made: ReturnType<typeof makeKeys> | undefined;

function makeKeys() {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { pem: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, publicKey };
}

/** Google's token endpoint for one service account. */
export class GoogleOAuth {
  /** PEM. */
  readonly privateKey: string;
  /** Tokens that were given, oldest first. */
  readonly tokens: string[] = [];
  readonly #publicKey: KeyObject;
  readonly #revoked = new Set<string>();

  constructor() {
    made ??= makeKeys();
    this.privateKey = made.pem;
    this.#publicKey = made.publicKey;
  }

  /** The account's key file. */
  credentials(tokenUrl: string): string {
    return JSON.stringify({
      type: 'service_account',
      project_id: 'project',
      private_key_id: 'sa-key-1',
      private_key: this.privateKey,
      client_email: EMAIL,
      token_uri: tokenUrl,
    });
  }

  async grant({ method, body }: ApiRequest, tokenUrl: string): Promise<ApiAnswer> {
    const form = new URLSearchParams(body.toString());
    if (method !== 'POST' || form.get('grant_type') !== GRANT)
      return { status: 400, body: { error: 'unsupported_grant_type' } };
    try {
      const { payload } = await jwtVerify(form.get('assertion') ?? '', this.#publicKey, {
        algorithms: ['RS256'],
        issuer: EMAIL,
        audience: tokenUrl,
        requiredClaims: ['iat', 'exp'],
      });
      if (payload.scope !== SCOPE) return { status: 400, body: { error: 'invalid_scope' } };
    } catch {
      const refusal = { error: 'invalid_grant', error_description: 'Invalid JWT Signature.' };
      return { status: 400, body: refusal };
    }
    const token = `ya29.token-${this.tokens.length + 1}`;
    this.tokens.push(token);
    return { status: 200, body: { access_token: token, expires_in: 3599, token_type: 'Bearer' } };
  }

  accepts(authorization = ''): boolean {
    const token = authorization.replace(/^Bearer /, '');
    return this.tokens.includes(token) && !this.#revoked.has(token);
  }

  /** All tokens that were given are refused from now on. */
  revoke(): void {
    for (const token of this.tokens) this.#revoked.add(token);
  }
}
