import type {
  GatewayIdentifyData,
  GatewayResumeData,
  RESTPatchAPIChannelMessageJSONBody,
  RESTPatchAPIInteractionOriginalResponseJSONBody,
  RESTPostAPIChannelMessageJSONBody,
} from 'discord-api-types/v10';

/** For each field of a body whether it is required, exactly as the published types say: a difference is a type error. */
type Fields<T> = { [K in keyof T]-?: object extends Pick<T, K> ? 'optional' : 'required' };

const postMessage: Fields<RESTPostAPIChannelMessageJSONBody> = {
  content: 'optional',
  nonce: 'optional',
  tts: 'optional',
  embeds: 'optional',
  allowed_mentions: 'optional',
  message_reference: 'optional',
  components: 'optional',
  sticker_ids: 'optional',
  attachments: 'optional',
  flags: 'optional',
  enforce_nonce: 'optional',
  poll: 'optional',
  shared_client_theme: 'optional',
};

const editMessage: Fields<RESTPatchAPIChannelMessageJSONBody> = {
  content: 'optional',
  embeds: 'optional',
  allowed_mentions: 'optional',
  flags: 'optional',
  attachments: 'optional',
  components: 'optional',
};

const editOriginal: Fields<RESTPatchAPIInteractionOriginalResponseJSONBody> = {
  content: 'optional',
  embeds: 'optional',
  allowed_mentions: 'optional',
  flags: 'optional',
  attachments: 'optional',
  components: 'optional',
  poll: 'optional',
};

const identify: Fields<GatewayIdentifyData> = {
  token: 'required',
  properties: 'required',
  compress: 'optional',
  large_threshold: 'optional',
  shard: 'optional',
  presence: 'optional',
  intents: 'required',
  capabilities: 'optional',
};

const resume: Fields<GatewayResumeData> = { token: 'required', session_id: 'required', seq: 'required' };

const FIELDS = { postMessage, editMessage, editOriginal, identify, resume };

/** The first field of a body that is unknown or missing; undefined if all is well. */
export function wrongField(name: keyof typeof FIELDS, body: object): string | undefined {
  const fields: Record<string, string> = FIELDS[name];
  const unknown = Object.keys(body).find((key) => !Object.hasOwn(fields, key));
  return (
    unknown ?? Object.keys(fields).find((key) => fields[key] === 'required' && !Object.hasOwn(body, key))
  );
}
