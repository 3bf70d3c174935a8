/** What stands for a secret. */
export const MASK = '•••';

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

/** The text without what looks like a secret, for people to read. */
export function maskSecrets(text: string): string {
  return SECRETS.reduce((rest, [secret, mask]) => rest.replace(secret, mask), text);
}
