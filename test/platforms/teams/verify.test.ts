import { exportSPKI, type JWTPayload, SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readEnvironment } from '../../../config/environment.ts';
import { createPlatforms } from '../../../config/platforms.ts';
import type { Platform } from '../../../platforms/platform.ts';
import { FakeApi } from '../../fakes/fake-api.ts';
import { SERVICE_URL, startTeamsRig, type TeamsRig } from '../../fakes/teams/rig.ts';

const now = () => Math.floor(Date.now() / 1000);
const activity = (more: object = {}) =>
  JSON.stringify({ type: 'typing', channelId: 'msteams', serviceUrl: SERVICE_URL, ...more });

describe('teams: who sends', () => {
  let rig: TeamsRig;
  let platform: Platform;
  const create = async (env: Record<string, string> = {}) =>
    (await createPlatforms(readEnvironment({ ...rig.env, ...env }))).get('teams') as Platform;
  beforeEach(async () => {
    rig = await startTeamsRig();
    platform = await create();
  });
  afterEach(() => rig.close());

  const receive = (token: string, body = activity(), to = platform) =>
    to.inbound.receive(rig.withToken(body, token));
  const refused = expect.objectContaining({ name: 'WebhookRefused', status: 401 });

  it('takes the token of the Bot Framework', async () => {
    await expect(receive(await rig.issuer.sign(rig.claims))).resolves.toMatchObject({ messages: [] });
  });

  it.for([
    ['another audience', { aud: 'another app' }],
    ['another issuer', { iss: 'https://sts.windows.net/x/' }],
    ['no audience', { aud: undefined }],
    ['expired', { exp: now() - 301 }],
    ['not yet valid', { nbf: now() + 310 }],
    ['another service URL', { serviceurl: 'https://smba.trafficmanager.net/amer/' }],
    ['no service URL', { serviceurl: undefined }],
  ] as const)('refuses a token with %s', async ([, claims]) => {
    const token = await rig.issuer.sign({ ...rig.claims, ...claims } as JWTPayload);
    await expect(receive(token)).rejects.toEqual(refused);
  });

  it('takes a clock that is off by less than five minutes, and a slash more or less', async () => {
    const serviceurl = SERVICE_URL.replace(/\/$/, '');
    for (const claims of [{ exp: now() - 240 }, { nbf: now() + 240 }, { serviceurl }])
      await receive(await rig.issuer.sign({ ...rig.claims, ...claims }));
  });

  it('refuses other algorithms, no key id, an unknown key and what is no token', async () => {
    const { keys, keyId } = rig.issuer;
    const claims = { ...rig.claims, exp: now() + 60 };
    const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
    const unsigned = `${encoded({ alg: 'none', kid: keyId })}.${encoded(claims)}.`;
    const publicKey = new TextEncoder().encode(await exportSPKI(keys.publicKey));
    const symmetric = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', kid: keyId })
      .sign(publicKey);
    const endless = await new SignJWT(rig.claims)
      .setProtectedHeader({ alg: 'RS256', kid: keyId })
      .sign(keys.privateKey);
    const noKeyId = await rig.issuer.sign(claims, { header: { kid: undefined } });
    const unknown = await rig.issuer.sign(claims, { header: { kid: 'key-2' } });
    const forged = await rig.issuer.sign(claims, { forged: true });
    for (const token of [unsigned, symmetric, endless, noKeyId, unknown, forged, 'x', 'a.b.c'])
      await expect(receive(token)).rejects.toEqual(refused);
  });

  it('refuses a channel that the key is not endorsed for, and a service URL without TLS', async () => {
    const token = await rig.issuer.sign(rig.claims);
    for (const channelId of ['webchat', undefined])
      await expect(receive(token, activity({ channelId }))).rejects.toEqual(refused);
    const serviceUrl = 'http://smba.trafficmanager.net/emea/';
    const plain = await rig.issuer.sign({ ...rig.claims, serviceurl: serviceUrl });
    await expect(receive(plain, activity({ serviceUrl }))).rejects.toEqual(refused);
  });

  it('reads only Teams, whatever the key is endorsed for', async () => {
    const publicKey = await rig.issuer.publicKey({ endorsements: ['msteams', 'webchat'] });
    const api = await FakeApi.start(({ path }) => ({
      status: 200,
      body: path === '/keys' ? { keys: [publicKey] } : { jwks_uri: `${api.url}/keys` },
    }));
    const other = await create({ TEAMS_OPENID_METADATA_URL: `${api.url}/metadata` });
    const from = { id: 'u1', name: 'Ann' };
    const message = { type: 'message', id: '1', text: 'Hello', from, conversation: { id: 'c1' } };
    const token = await rig.issuer.sign(rig.claims);
    expect((await receive(token, activity({ ...message }), other)).messages).toHaveLength(1);
    const webchat = activity({ ...message, channelId: 'webchat' });
    expect((await receive(token, webchat, other)).messages).toEqual([]);
    await api.close();
  });

  it('reads metadata and keys once, and asks for an unknown key only after a while', async () => {
    const reads = () => rig.fake.api.calls.map(({ path }) => path);
    await receive(await rig.issuer.sign(rig.claims));
    for (let time = 0; time < 3; time++)
      await receive(await rig.issuer.sign(rig.claims, { header: { kid: 'key-2' } })).catch(() => {});
    expect(reads()).toEqual(['/metadata', '/keys']);
  });

  it('does not say 401 while metadata or keys cannot be had, and takes the redelivery', async () => {
    const token = await rig.issuer.sign(rig.claims);
    for (const path of ['/metadata', '/keys']) {
      rig.fake.api.refuse((request) => request.path === path, { status: 500 });
      await expect(receive(token)).rejects.toMatchObject({ name: 'Error' });
    }
    await receive(token);
  });
});
