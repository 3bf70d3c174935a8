import type { Json } from '../contract/json.ts';

/** Longest text of the arguments that an approver is shown, in characters. */
const LONGEST = 1_200;
const MASK = '•••';
const SECRET_NAME =
  /pass(?:word|wd|phrase|code)?$|secret|token|api[-_]?key|private[-_]?key|access[-_]?key|authorization|credential|cookie|(?:^|[-_])pin$/i;
/** What is a secret wherever it stands: tokens with a known beginning, bearer values, keys, passwords in addresses. */
const SECRETS: [RegExp, string][] = [
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${MASK}`],
  [
    /\b(?:sk|pk|rk)[-_][\w-]{16,}|\bgh[pousr]_\w{20,}|\bgithub_pat_\w{20,}|\bxox[abeprs]-[\w-]{10,}|\bAKIA[A-Z0-9]{12,}|\bAIza[\w-]{30,}|\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*/g,
    MASK,
  ],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[^]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, MASK],
  [/(\w:\/\/[^\s/:@]*:)[^\s/@]+@/g, `$1${MASK}@`],
  [/((?:pass(?:word|wd|phrase)?|secret|token|api[-_]?key)["']?\s*[=:]\s*["']?)[^\s"'&;,]+/gi, `$1${MASK}`],
  [/(--?(?:password|passwd|secret|token|api-key)[ =])\S+/gi, `$1${MASK}`],
];

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
  if (typeof value === 'string')
    return SECRETS.reduce((text, [secret, mask]) => text.replace(secret, mask), value);
  if (Array.isArray(value)) return value.map(masked);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      SECRET_NAME.test(name) && inner !== null && typeof inner !== 'boolean' ? MASK : masked(inner),
    ]),
  );
}
