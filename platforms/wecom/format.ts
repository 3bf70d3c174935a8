import { type Dialect, renderDialect } from '../text/dialect.ts';

/** WeCom's markdown has headings, bold, links, code within a line, and quotes; no escapes. */
const DIALECT: Dialect = {
  text: (text) => text,
  bold: (content) => `**${content}**`,
  italic: (content) => content,
  strike: (content) => content,
  code: (code) => (/[`\n]/.test(code) ? code : `\`${code}\``),
  codeBlock: (code) => code.replace(/^[^`\n]*\S[^`\n]*$/gm, '`$&`'),
  link: (label, href) => {
    const target = href.replaceAll('(', '%28').replaceAll(')', '%29');
    return label === '' || label === href ? href : `[${label}](${target})`;
  },
  quote: (content) => content.replace(/^/gm, '> '),
  heading: (content) => `### ${content}`,
};

export function renderWecom(text: string): string {
  return renderDialect(text, DIALECT);
}
