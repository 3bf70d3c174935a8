const KEY = 'holdfast:key';

/** The bearer key of this tab, as long as it is open. */
export const apiKey = {
  get: (): string | null => sessionStorage.getItem(KEY),
  set: (key: string): void => sessionStorage.setItem(KEY, key),
};

/** Path of a conversation in the HTTP API, or of something below it. */
export function pathOf(conversation: string, below = ''): string {
  return `/v1/conversations/${encodeURIComponent(conversation)}${below}`;
}

/** fetch with the bearer key, if there is one. */
export function call(url: string | URL, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  const key = apiKey.get();
  if (key) headers.set('Authorization', `Bearer ${key}`);
  return fetch(url, { ...init, headers });
}

/** What became of a message that was handed to the gateway. */
export type Handed =
  | { as: 'accepted' }
  | { as: 'busy'; retryAfterMs?: number }
  | { as: 'key-needed' }
  | { as: 'refused'; reason: string };

/** Hands a message to the gateway. The same id may be handed over any number of times. */
export async function handOver(conversation: string, id: string, text: string): Promise<Handed> {
  let response: Response;
  try {
    response = await call(pathOf(conversation, '/messages'), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ id, text }),
      signal: AbortSignal.timeout(20_000),
    });
  } catch {
    return { as: 'busy' };
  }
  if (response.ok) return { as: 'accepted' };
  if (response.status === 401) return { as: 'key-needed' };
  if (response.status >= 500 || response.status === 408 || response.status === 429) {
    const seconds = Number(response.headers.get('Retry-After'));
    return seconds > 0 ? { as: 'busy', retryAfterMs: seconds * 1000 } : { as: 'busy' };
  }
  return { as: 'refused', reason: await reasonOf(response) };
}

/** Address of the conversation in Temporal's UI, if the gateway knows one. */
export async function temporalLink(conversation: string): Promise<string | undefined> {
  const response = await call(pathOf(conversation));
  if (!response.ok) return undefined;
  const { links } = (await response.json()) as { links?: { temporal?: string } };
  return links?.temporal;
}

async function reasonOf(response: Response): Promise<string> {
  try {
    const { error } = (await response.json()) as { error: { message: string } };
    return error.message;
  } catch {
    return `The gateway answered ${response.status}.`;
  }
}
