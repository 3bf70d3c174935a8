import { exportJWK, exportSPKI, importJWK, SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readEnvironment } from '../../../config/environment.ts';
import { createPlatforms } from '../../../config/platforms.ts';
import type { Platform } from '../../../platforms/platform.ts';
import { type GoogleChatRig, PROJECT, startGoogleChatRig, WEBHOOK } from '../../fakes/google-chat/rig.ts';

const CHAT = 'chat@system.gserviceaccount.com';
const ADD_ON = `service-${PROJECT}@gcp-sa-gsuiteaddons.iam.gserviceaccount.com`;
const ID_TOKEN = { iss: 'https://accounts.google.com', aud: WEBHOOK, email: CHAT, email_verified: true };
const BODY = '{"type":"WIDGET_UPDATED"}';
const now = () => Math.floor(Date.now() / 1000);

describe('google-chat: who sends', () => {
  let rig: GoogleChatRig;
  afterEach(() => rig.close());

  const platformFor = async (audience: string): Promise<Platform> => {
    rig = await startGoogleChatRig(audience);
    const platform = (await createPlatforms(readEnvironment(rig.env))).get('google-chat');
    if (!platform) throw new Error('it is not on');
    return platform;
  };
  const receive = (platform: Platform, token: string) => platform.inbound.receive(rig.withToken(BODY, token));
  const refused = expect.objectContaining({ name: 'WebhookRefused', status: 401 });

  describe('for a project number', () => {
    let platform: Platform;
    beforeEach(async () => {
      platform = await platformFor(PROJECT);
    });
    const good = { iss: CHAT, aud: PROJECT };

    it('takes the token of Chat', async () => {
      await expect(receive(platform, await rig.issuer.sign(good))).resolves.toMatchObject({ messages: [] });
    });

    it.for([
      ['another audience', { ...good, aud: '999' }],
      ['another issuer', { ...good, iss: 'https://accounts.google.com' }],
      ['no audience', { iss: CHAT }],
      ['expired', { ...good, exp: now() - 301 }],
      ['not yet valid', { ...good, nbf: now() + 310 }],
      ['an ID token for a URL', ID_TOKEN],
    ] as const)('refuses %s', async ([, claims]) => {
      await expect(receive(platform, await rig.issuer.sign(claims))).rejects.toEqual(refused);
    });

    it('takes a clock that is off by less than five minutes', async () => {
      for (const claims of [{ exp: now() - 240 }, { nbf: now() + 240 }])
        await receive(platform, await rig.issuer.sign({ ...good, ...claims }));
    });

    it('refuses a token without a time', async () => {
      const token = await new SignJWT(good)
        .setProtectedHeader({ alg: 'RS256', kid: rig.issuer.keyId })
        .sign(rig.issuer.keys.privateKey);
      await expect(receive(platform, token)).rejects.toEqual(refused);
    });

    it('refuses other algorithms, no key id, an unknown key and what is no token', async () => {
      const { keys, keyId } = rig.issuer;
      const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
      const unsigned = `${encoded({ alg: 'none', kid: keyId })}.${encoded({ ...good, exp: now() + 60 })}.`;
      const publicKey = new TextEncoder().encode(await exportSPKI(keys.publicKey));
      const symmetric = await new SignJWT({ ...good, exp: now() + 60 })
        .setProtectedHeader({ alg: 'HS256', kid: keyId })
        .sign(publicKey);
      // The right key, used in another way.
      const other = await importJWK(await exportJWK(keys.privateKey), 'PS256');
      const pss = await new SignJWT({ ...good, exp: now() + 60 })
        .setProtectedHeader({ alg: 'PS256', kid: keyId })
        .sign(other);
      const noKeyId = await rig.issuer.sign(good, { header: { kid: undefined } });
      const unknown = await rig.issuer.sign(good, { header: { kid: 'key-2' } });
      const forged = await rig.issuer.sign(good, { forged: true });
      for (const token of [unsigned, symmetric, pss, noKeyId, unknown, forged, 'x', 'a.b.c'])
        await expect(receive(platform, token)).rejects.toEqual(refused);
    });

    it('reads the keys once, and asks for an unknown one only after a while', async () => {
      const jwks = () => rig.fake.api.calls.filter(({ path }) => path === '/jwks').length;
      await receive(platform, await rig.issuer.sign(good));
      for (let time = 0; time < 3; time++)
        await receive(platform, await rig.issuer.sign(good, { header: { kid: 'key-2' } })).catch(() => {});
      expect(jwks()).toBe(1);
    });

    it('does not say 401 while the keys cannot be had, and takes the redelivery', async () => {
      rig.fake.api.refuse(({ path }) => path === '/jwks', { status: 500 });
      const token = await rig.issuer.sign(good);
      await expect(receive(platform, token)).rejects.toMatchObject({ name: 'Error' });
      await receive(platform, token);
    });
  });

  describe('for a URL', () => {
    it("takes Google's token for the account of Chat only", async () => {
      const platform = await platformFor(WEBHOOK);
      await receive(platform, await rig.issuer.sign(ID_TOKEN));
      for (const claims of [
        { ...ID_TOKEN, email: 'someone@example.com' },
        { ...ID_TOKEN, email: ADD_ON },
        { ...ID_TOKEN, email_verified: false },
        { ...ID_TOKEN, aud: 'https://other.example' },
        { iss: CHAT, aud: WEBHOOK },
        { iss: CHAT, aud: PROJECT },
      ])
        await expect(receive(platform, await rig.issuer.sign(claims))).rejects.toEqual(refused);
    });

    it('takes the account of the add-on of its own project, when that is known', async () => {
      const platform = await platformFor(`${WEBHOOK}, ${PROJECT}`);
      await receive(platform, await rig.issuer.sign({ ...ID_TOKEN, email: ADD_ON }));
      await receive(platform, await rig.issuer.sign({ iss: CHAT, aud: PROJECT }));
      const other = 'service-999@gcp-sa-gsuiteaddons.iam.gserviceaccount.com';
      const token = await rig.issuer.sign({ ...ID_TOKEN, email: other });
      await expect(receive(platform, token)).rejects.toEqual(refused);
    });
  });

  it('is off for good with an audience that is none', async () => {
    await platformFor(PROJECT);
    for (const audience of ['abc', '', '1,2', 'https://a.example,https://b.example'])
      await expect(
        createPlatforms({ ...readEnvironment(rig.env), GOOGLE_CHAT_AUDIENCE: audience }),
      ).rejects.toThrow(/^GOOGLE_CHAT_AUDIENCE: must be/);
  });
});
