import { exportJWK, generateKeyPair, type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose';

type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>;

interface SignOptions {
  /** By the key that the JWKS does not show. */
  forged?: boolean;
  /** In place of members of the usual header. */
  header?: { kid: string | undefined };
}

/** Keys take long to make: one process has these. */
let made: Promise<[KeyPair, KeyPair]> | undefined;

/** Who signs bearer tokens for webhooks: a key that its JWKS shows, and another of the same id that it does not. */
export class TokenIssuer {
  readonly keyId = 'key-1';
  readonly keys: KeyPair;
  readonly #forged: KeyPair;

  static async create(): Promise<TokenIssuer> {
    made ??= Promise.all([
      generateKeyPair('RS256', { extractable: true }),
      generateKeyPair('RS256', { extractable: true }),
    ]);
    return new TokenIssuer(...(await made));
  }

  private constructor(keys: KeyPair, forged: KeyPair) {
    this.keys = keys;
    this.#forged = forged;
  }

  /** As the JWKS shows it; `more`: further members of the key. */
  async publicKey(more: object = {}): Promise<Record<string, unknown>> {
    const jwk = await exportJWK(this.keys.publicKey);
    return { ...jwk, kid: this.keyId, use: 'sig', ...more };
  }

  /** Signs claims that are good for an hour, unless they say otherwise. */
  sign(claims: JWTPayload, { forged = false, header }: SignOptions = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({ nbf: now, exp: now + 3600, ...claims })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: this.keyId, ...header } as JWTHeaderParameters)
      .sign((forged ? this.#forged : this.keys).privateKey);
  }
}
