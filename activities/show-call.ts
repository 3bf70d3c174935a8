import type { Json } from '../contract/json.ts';
import { MASK, maskSecrets } from '../contract/mask-secrets.ts';

/** Longest text of the arguments that an approver is shown, in characters. */
const LONGEST = 1_200;
const SECRET_NAME =
  /pass(?:word|wd|phrase|code)?$|secret|token|api[-_]?key|private[-_]?key|access[-_]?key|authorization|credential|cookie|(?:^|[-_])pin$/i;
/** A call as an approver reads it, in markdown: what it is, and its arguments with secrets masked. */
export function showCall(tool: string, input: Json): string {
  const text = JSON.stringify(masked(input), null, 1);
  const cut =
    text.length > LONGEST ? `${text.slice(0, LONGEST).toWellFormed()}\n… (${text.length} characters)` : text;
  // A fence that is longer than any in the arguments: they cannot end it and write as us.
  const fence = '`'.repeat(Math.max(3, ...[...cut.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return `\`${tool}\`\n${fence}json\n${cut}\n${fence}`;
}

function masked(value: Json): Json {
  if (typeof value === 'string') return maskSecrets(value);
  if (Array.isArray(value)) return value.map(masked);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      SECRET_NAME.test(name) && inner !== null && typeof inner !== 'boolean' ? MASK : masked(inner),
    ]),
  );
}
