import { describe, expect, it } from 'vitest';
import { createAccessTokens, withToken } from '../../platforms/access-token.ts';

const { signal } = new AbortController();

function counted(lifetimeMs = 7_200_000) {
  let asked = 0;
  const tokens = createAccessTokens(async () => ({ token: `token-${++asked}`, lifetimeMs }));
  return { tokens, asked: () => asked };
}

describe('access tokens', () => {
  it('are asked for once for all who wait, and kept', async () => {
    const { tokens, asked } = counted();
    expect(await Promise.all([tokens.get(signal), tokens.get(signal)])).toEqual(['token-1', 'token-1']);
    expect(await tokens.get(signal)).toBe('token-1');
    expect(asked()).toBe(1);
  });

  it('are asked for again before their end', async () => {
    const { tokens, asked } = counted(0);
    await tokens.get(signal);
    await tokens.get(signal);
    expect(asked()).toBe(2);
  });

  it('are renewed once for all who were refused at the same instant, and not for an older one', async () => {
    const { tokens, asked } = counted();
    const send = async (token: string) => ({ token, status: token === 'token-1' ? 401 : 200 });
    const both = await Promise.all([withToken(tokens, signal, send), withToken(tokens, signal, send)]);
    expect(both.map(({ token }) => token)).toEqual(['token-2', 'token-2']);
    tokens.drop('token-1');
    expect(await tokens.get(signal)).toBe('token-2');
    expect(asked()).toBe(2);
  });

  it('are renewed where the platform says so in its own way, and only once', async () => {
    const { tokens, asked } = counted();
    const answer = await withToken(
      tokens,
      signal,
      async (token) => ({ code: 40001, token }),
      ({ code }) => code === 40001,
    );
    expect(answer).toEqual({ code: 40001, token: 'token-2' });
    expect(asked()).toBe(2);
  });

  it('are not given to one who has stopped, and a failure is not kept', async () => {
    let fails = true;
    const tokens = createAccessTokens(async () => {
      if (fails) throw new Error('down');
      return { token: 'token', lifetimeMs: 7_200_000 };
    });
    await expect(tokens.get(AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped');
    await expect(tokens.get(signal)).rejects.toThrow('down');
    fails = false;
    expect(await tokens.get(signal)).toBe('token');
  });
});
