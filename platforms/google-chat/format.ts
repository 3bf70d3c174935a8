import { Marked, type MarkedToken, type Tokens } from 'marked';
import { renderTable } from '../text/table.ts';

const markdown = new Marked();
/** `<users/all>` would call everyone in the space. */
const MENTION = /<(?=users\/)/g;

/**
 * Markdown as Google Chat reads it: CommonMark, of which it shows bold, italic, strike, code, links, lists and quotes.
 * What it has no form for is made of these.
 */
export function renderMarkdown(text: string): string {
  try {
    const blocks = markdown.lexer(text).map((token) => block(token as MarkedToken));
    return (blocks.join('').trim() || text.trim()).replace(MENTION, '\\<');
  } catch (error) {
    // Nested deeper than the stack: it is sent as it was written.
    if (error instanceof RangeError) return text.trim();
    throw error;
  }
}

function block(token: MarkedToken): string {
  switch (token.type) {
    case 'heading':
      return `**${token.text.replaceAll('**', '')}**\n\n`;
    case 'table':
      return codeBlock(renderTable(token));
    case 'hr':
      return '———\n\n';
    case 'html':
      return `${escape(token.raw.trim())}\n\n`;
    case 'paragraph':
      return paragraph(token);
    default:
      return token.raw;
  }
}

function escape(html: string): string {
  return html.replace(/[<>&*_`[\]\\]/g, '\\$&');
}

function codeBlock(code: string): string {
  const longest = Math.max(2, ...(code.match(/`+/g) ?? []).map((ticks) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${code}\n${fence}\n\n`;
}

/** In CommonMark a line's end is only a space, unless two spaces stand before it. Pictures cannot be shown: their links can. */
function paragraph({ raw, tokens }: Tokens.Paragraph): string {
  return tokens
    .map((token) => {
      if (token.type === 'image') return token.raw.slice(1);
      if (token.type === 'html') return escape(token.raw);
      return token.type === 'text' ? token.raw.replace(/ *\n/g, '  \n') : token.raw;
    })
    .join('')
    .concat(raw.endsWith('\n') ? '\n' : '');
}
