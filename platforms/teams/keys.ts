import { z } from 'zod';
import { createSigningKeys, type SigningKeys } from '../bearer-token.ts';
import { call, jsonOf } from '../call.ts';

const MAX_AGE_MS = 24 * 60 * 60_000;

const metadata = z.object({ jwks_uri: z.url() });
const endorsed = z.object({ kid: z.string(), endorsements: z.array(z.string()) });

/** The keys of the Bot Framework, which its metadata names. An error is not kept. */
export function createBotFrameworkKeys(metadataUrl: string): () => Promise<SigningKeys> {
  let current: { keys: Promise<SigningKeys>; until: number } | undefined;
  return () => {
    if (current && Date.now() < current.until) return current.keys;
    const keys = readKeys(metadataUrl).catch((error: unknown) => {
      current = undefined;
      throw error;
    });
    current = { keys, until: Date.now() + MAX_AGE_MS };
    return keys;
  };
}

async function readKeys(metadataUrl: string): Promise<SigningKeys> {
  const what = 'Teams: signing metadata';
  const { signal } = new AbortController();
  const answer = await call({ what, url: metadataUrl, method: 'GET', signal, timeoutMs: 5_000 });
  const { data } = metadata.safeParse(jsonOf(answer));
  if (!answer.ok || !data) throw new Error(`${what}: answered ${answer.status} without jwks_uri`);
  return createSigningKeys(data.jwks_uri);
}

/** Channels that a key may sign for. */
export function endorsementsOf(keys: SigningKeys, keyId: string): string[] {
  const key = keys.jwks()?.keys.find(({ kid }) => kid === keyId);
  return endorsed.safeParse(key).data?.endorsements ?? [];
}
