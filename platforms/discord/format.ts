import { type Dialect, renderDialect } from '../text/dialect.ts';

/** Longest text of one message, in characters; UTF-16 units, in which we count, are never fewer. */
export const MAX_LENGTH = 2000;

/** What begins or ends markup, wherever it stands; at the beginning of a line; and what would be a mention, an emoji or a time. */
const MARKUP = /[\\*_~|`]|^(?=(?:#{1,3}|>{1,3}|-#|[-+])(?: |$))|<(?=[@#:/a-z])/gm;

const DISCORD: Dialect = {
  text: (text) => text.replace(MARKUP, (found) => `\\${found}`),
  bold: (content) => `**${content}**`,
  italic: (content) => `*${content}*`,
  strike: (content) => `~~${content}~~`,
  // Two backticks hold one; more than that Discord cannot hold.
  code: (code) => (code.includes('`') ? `\`\` ${code.replaceAll('``', '`\u200b`')} \`\`` : `\`${code}\``),
  codeBlock: (code, language = '') => `\`\`\`${language}\n${code.replaceAll('```', '``\u200b`')}\n\`\`\``,
  link: (label, href) => {
    const plain = label.replaceAll('\\', '');
    if (!/^https?:\/\//.test(href)) return label === '' || plain === href ? href : `${label} (${href})`;
    return label === '' || plain === href ? href : `[${label}](${href.replaceAll(')', '%29')})`;
  },
  quote: (content) => content.replace(/^/gm, '> '),
  // There is no larger bold in a heading, and none in bold.
  heading: (content) => `**${content.replaceAll('**', '')}**`,
};

/** Markdown as Discord shows it: it knows most of it, and no tables. */
export function renderDiscord(text: string): string {
  return renderDialect(text, DISCORD);
}

/** What is sent for a part: as it is written if rendering makes it too long. */
export function contentOf(text: string): string {
  const rendered = renderDiscord(text);
  return rendered.length <= MAX_LENGTH ? rendered : text;
}
