import { type Dialect, renderDialect } from '../text/dialect.ts';
import { withoutCalls } from './calls.ts';

/** What the markdown of a card gives a meaning to; `<at>` would call people. */
const SPECIAL = /[&<>*_~`[\]#|\\]|:(?=[A-Za-z_]+:)|^[-+.)]$|(?<=^\s*)[-+](?=\s)|(?<=^\s*\d+)[.)](?=\s)/gm;
/** A fence, perhaps behind the marks of a list; or a line that is indented so far that it would be code. */
const FENCED_OR_FAR = /^( *(?:(?:[•☐☑]|\d+\.) )*)((`{3,})[^\n]*\n[\s\S]*?\n)( *)\3 *$|^ {4,}/gm;
const LINK = /^https?:\/\//i;

const CARD: Dialect = {
  text: (text) => text.replace(SPECIAL, (character) => `&#${character.codePointAt(0)};`),
  bold: (content) => `**${content}**`,
  italic: (content) => `*${content}*`,
  strike: (content) => `~~${content}~~`,
  code: (code) => {
    const ticks = fence(code, 1);
    return ticks === '`' ? `\`${code}\`` : `${ticks} ${code} ${ticks}`;
  },
  codeBlock: (code, language) => {
    const ticks = fence(code, 3);
    return `${ticks}${language ?? ''}\n${code}\n${ticks}`;
  },
  link: (label, href) => {
    const address = CARD.text(href);
    if (LINK.test(href)) return `[${label || address}](${encoded(href)})`;
    return label === '' || label === address ? address : `${label} (${address})`;
  },
  quote: (content) => separated(content).replace(/^/gm, '> '),
  heading: (content) => `#### ${content.replaceAll('\n', ' ')}`,
};

/** Markdown as the `markdown` element of a card (JSON 2.0) shows it. */
export function renderCardMarkdown(text: string): string {
  return withoutCalls(separated(renderDialect(text, CARD)));
}

/** Fences at the beginning of their lines, as a card wants them, and no other code by indentation. */
function separated(content: string): string {
  return content.replace(
    FENCED_OR_FAR,
    (match: string, marks = '', block?: string, ticks?: string, indent = '') => {
      if (block === undefined || ticks === undefined) return '\u00a0'.repeat(match.length);
      const mark = marks.trim() === '' ? '' : `${marks.trimEnd()}\n`;
      return mark + block.replaceAll(`\n${indent}`, '\n') + ticks;
    },
  );
}

/** An address that has nothing that would end the link. */
function encoded(href: string): string {
  return encodeURI(href.toWellFormed()).replaceAll('%25', '%').replaceAll('(', '%28').replaceAll(')', '%29');
}

/** Longer than any run of ticks in the code. */
function fence(code: string, least: number): string {
  const longest = Math.max(0, ...Array.from(code.matchAll(/`+/g), ([run]) => run.length));
  return '`'.repeat(longest >= least ? longest + 1 : least);
}
