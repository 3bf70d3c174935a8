import { readdirSync, readFileSync } from 'node:fs';

/** A recorded webhook body of a platform, as it is before it is encrypted and signed. */
export interface Recorded {
  name: string;
  form: 'json' | 'xml';
  body: string;
  /** Where the recorded body is only a part of what is sent. */
  wrap?: (body: string) => string;
  contentType?: string;
}

const FORM = 'application/x-www-form-urlencoded';
const FIXTURES = new URL('../../fixtures/', import.meta.url);

/** The room and the people that the homeserver of the rig has. */
const IN_THE_RIG: [string, string][] = [
  ['!jEsUZKDJdhlrceRyVU:example.org', '!place1:fake.test'],
  ['example.org', 'fake.test'],
];

/** What platforms send, by the recordings of their own tests. */
export function recordedBodies(platform: string): Recorded[] {
  const folder = new URL(`${platform}/`, FIXTURES);
  return readdirSync(folder)
    .filter((file) => platform !== 'discord' || /^(interaction|event)-/.test(file))
    .map((file) => recorded(platform, file, readFileSync(new URL(file, folder), 'utf8')));
}

function recorded(platform: string, file: string, body: string): Recorded {
  const [name = '', form = ''] = file.split('.');
  const plain: Recorded = { name, form: form === 'xml' ? 'xml' : 'json', body };
  if (platform === 'matrix')
    return { ...plain, body: IN_THE_RIG.reduce((text, [from, to]) => text.replaceAll(from, to), body) };
  if (platform === 'slack' && /^(button|view)-/.test(name))
    return { ...plain, contentType: FORM, wrap: (payload) => new URLSearchParams({ payload }).toString() };
  if (platform === 'slack' && name.startsWith('slash-'))
    return { ...plain, contentType: FORM, wrap: (fields) => formOf(JSON.parse(fields)) };
  return plain;
}

function formOf(fields: unknown): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(Object(fields))) form.set(name, String(value));
  return form.toString();
}
