import { createHash } from 'node:crypto';
import { encrypt } from '@wecom/crypto';
import type { WebhookRequest } from '../../../platforms/platform.ts';

/** What Tencent signs and encrypts a webhook with. */
export interface WebhookKeys {
  /** `/webhooks/wechat` */
  path: string;
  token: string;
  /** The secure mode. */
  aes?: { key: string; receiver: string };
}

export interface Signing {
  /** In ms since the epoch. */
  at?: number;
  token?: string;
  receiver?: string;
}

let nonces = 1_320_562_132;

/** A webhook request with this XML, as Tencent sends it. */
export function signedPost(keys: WebhookKeys, xml: string, signing: Signing = {}): WebhookRequest {
  if (!keys.aes) return request(keys, 'POST', xml, { signing });
  const encrypted = encrypt(keys.aes.key, xml, signing.receiver ?? keys.aes.receiver);
  const body = toXml({ ToUserName: 'gh_680bdefc8c5d', Encrypt: encrypted });
  return request(keys, 'POST', body, { signing, encrypted });
}

/** WeChat's verification of the address. */
export function echoRequest(keys: WebhookKeys, echo: string, signing: Signing = {}): WebhookRequest {
  return request(keys, 'GET', '', { signing, more: { echostr: echo } });
}

/** WeCom's verification of the address. */
export function encryptedEchoRequest(keys: WebhookKeys, echo: string, signing: Signing = {}): WebhookRequest {
  if (!keys.aes) throw new Error('WeCom encrypts always');
  const encrypted = encrypt(keys.aes.key, echo, signing.receiver ?? keys.aes.receiver);
  return request(keys, 'GET', '', { signing, encrypted, more: { echostr: encrypted } });
}

/** The same request with signatures by another token. */
export function forged(original: WebhookRequest): WebhookRequest {
  const url = new URL(original.url);
  const query = url.searchParams;
  const body = Buffer.from(original.body).toString();
  const encrypted = /<Encrypt><!\[CDATA\[(.*?)\]\]>/.exec(body)?.[1] ?? query.get('echostr') ?? '';
  const signed = ['another token', query.get('timestamp') ?? '', query.get('nonce') ?? ''];
  if (query.has('signature')) query.set('signature', sha1(...signed));
  if (query.has('msg_signature')) query.set('msg_signature', sha1(...signed, encrypted));
  return { ...original, url };
}

interface Parts {
  signing: Signing;
  encrypted?: string;
  more?: Record<string, string>;
}

function request(
  keys: WebhookKeys,
  method: string,
  body: string,
  { signing, encrypted, more }: Parts,
): WebhookRequest {
  const token = signing.token ?? keys.token;
  const timestamp = String(Math.floor((signing.at ?? Date.now()) / 1000));
  const nonce = String(nonces++);
  const url = new URL(keys.path, 'http://gateway');
  url.search = new URLSearchParams({
    signature: sha1(token, timestamp, nonce),
    timestamp,
    nonce,
    ...(encrypted !== undefined && {
      encrypt_type: 'aes',
      msg_signature: sha1(token, timestamp, nonce, encrypted),
    }),
    ...more,
  }).toString();
  return { method, url, headers: new Headers({ 'content-type': 'text/xml' }), body: Buffer.from(body) };
}

function sha1(...parts: string[]): string {
  return createHash('sha1').update(parts.sort().join('')).digest('hex');
}

/** Texts come as CDATA, numbers as they are. */
export function toXml(fields: Record<string, string | number>): string {
  const lines = Object.entries(fields).map(([name, value]) => {
    const content =
      typeof value === 'number' ? value : `<![CDATA[${value.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
    return `<${name}>${content}</${name}>`;
  });
  return `<xml>${lines.join('\n')}</xml>`;
}
