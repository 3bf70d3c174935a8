import { createRemoteJWKSet, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose';
import { WebhookRefused } from './platform.ts';

const CLOCK_SKEW_SECONDS = 5 * 60;
/** Keys are read again after this, and at once when a token names an unknown one, but not more often than the cooldown. */
const KEYS_MAX_AGE_MS = 60 * 60_000;
const KEYS_COOLDOWN_MS = 30_000;

/** What the library says of a token that is not good; all else is our own trouble: keys that cannot be had. */
const REFUSALS = new Set([
  'ERR_JOSE_ALG_NOT_ALLOWED',
  'ERR_JOSE_NOT_SUPPORTED',
  'ERR_JWKS_MULTIPLE_MATCHING_KEYS',
  'ERR_JWKS_NO_MATCHING_KEY',
  'ERR_JWS_INVALID',
  'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
  'ERR_JWT_CLAIM_VALIDATION_FAILED',
  'ERR_JWT_INVALID',
]);

export type SigningKeys = ReturnType<typeof createRemoteJWKSet>;

/** The public keys of who signs, read from a JWKS when they are needed. */
export function createSigningKeys(url: string): SigningKeys {
  return createRemoteJWKSet(new URL(url), {
    cacheMaxAge: KEYS_MAX_AGE_MS,
    cooldownDuration: KEYS_COOLDOWN_MS,
  });
}

/** The token of `Authorization: Bearer …`; refused with 401 if there is none. */
export function bearerOf(headers: Headers): string {
  const [, token] = /^Bearer +(\S+)$/i.exec(headers.get('authorization') ?? '') ?? [];
  if (token === undefined)
    throw new WebhookRefused(401, 'bad_signature', 'Authorization must be a bearer token.');
  return token;
}

export interface ExpectedToken {
  issuer: string | string[];
  audience: string;
}

export interface VerifiedToken {
  claims: JWTPayload;
  /** Which of the keys signed it. */
  keyId: string;
}

/**
 * Verifies a token that was signed with RS256: key, issuer, audience, time. Refused with 401; throws a plain error while
 * the keys cannot be had, so that the platform sends it again.
 */
export async function verifyToken(
  token: string,
  keys: SigningKeys,
  { issuer, audience }: ExpectedToken,
): Promise<VerifiedToken> {
  const keyId = keyIdOf(token);
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms: ['RS256'],
      clockTolerance: CLOCK_SKEW_SECONDS,
      requiredClaims: ['exp'],
    });
    return { claims: payload, keyId };
  } catch (error) {
    if (error instanceof errors.JWTExpired)
      throw new WebhookRefused(401, 'stale_timestamp', 'The bearer token has expired.');
    if (error instanceof errors.JOSEError && REFUSALS.has(error.code))
      throw new WebhookRefused(401, 'bad_signature', `The bearer token is refused: ${error.message}.`);
    throw new Error('the keys that bearer tokens are signed with cannot be read', { cause: error });
  }
}

/** Tokens must say which key signed them: the library would try the only one that fits. */
function keyIdOf(token: string): string {
  let keyId: unknown;
  try {
    keyId = decodeProtectedHeader(token).kid;
  } catch {
    throw new WebhookRefused(401, 'bad_signature', 'The bearer token is not a signed token.');
  }
  if (typeof keyId === 'string' && keyId !== '') return keyId;
  throw new WebhookRefused(401, 'bad_signature', 'The bearer token does not name its key.');
}
