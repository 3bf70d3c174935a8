import { Marked, type MarkedToken, type Token, type Tokens } from 'marked';
import { renderTable } from './table.ts';

/** How a chat platform writes what markdown can say. */
export interface Dialect {
  /** Text that means itself; escapes what the platform would take for markup. */
  text(text: string): string;
  bold(content: string): string;
  italic(content: string): string;
  strike(content: string): string;
  code(code: string): string;
  codeBlock(code: string, language: string | undefined): string;
  /** `label` is empty or equal to the address where there is nothing else to say. */
  link(label: string, href: string): string;
  quote(content: string): string;
  heading(content: string): string;
}

const markdown = new Marked();

/** Markdown in a platform's dialect. What it has no markup for is shown as text, and tables as code. */
export function renderDialect(text: string, dialect: Dialect): string {
  try {
    return blocks(markdown.lexer(text), dialect).trim() || text.trim();
  } catch (error) {
    // Nested deeper than the stack: it is shown as it was written.
    if (error instanceof RangeError) return dialect.text(text);
    throw error;
  }
}

/** For platforms without any markup. */
export const PLAIN: Dialect = {
  text: (text) => text,
  bold: (content) => content,
  italic: (content) => content,
  strike: (content) => content,
  code: (code) => code,
  codeBlock: (code) => code,
  link: (label, href) => (label === '' || label === href ? href : `${label} (${href})`),
  quote: (content) => content.replace(/^/gm, '> '),
  heading: (content) => content,
};

function blocks(tokens: Token[], dialect: Dialect, between = '\n\n'): string {
  return tokens
    .map((token) => block(token as MarkedToken, dialect))
    .filter((content) => content !== '')
    .join(between);
}

function block(token: MarkedToken, dialect: Dialect): string {
  switch (token.type) {
    case 'heading':
      return dialect.heading(inline(token.tokens, dialect));
    case 'code': {
      const language = /^[\w+#.-]+/.exec(token.lang ?? '')?.[0];
      return token.text.trim() === '' ? '' : dialect.codeBlock(token.text, language);
    }
    case 'blockquote': {
      const content = blocks(token.tokens, dialect);
      return content === '' ? '' : dialect.quote(content);
    }
    case 'list':
      return list(token, dialect);
    case 'table':
      return dialect.codeBlock(renderTable(token), undefined);
    case 'hr':
      return '———';
    case 'html':
      return dialect.text(token.raw.trim());
    case 'space':
    case 'def':
      return '';
    default:
      return inline([token], dialect);
  }
}

function list({ items, ordered, start, loose }: Tokens.List, dialect: Dialect): string {
  const first = typeof start === 'number' ? start : 1;
  return items
    .map((item, index) => {
      const mark = item.task ? (item.checked ? '☑ ' : '☐ ') : ordered ? `${first + index}. ` : '• ';
      return mark + blocks(item.tokens, dialect, '\n').replaceAll('\n', '\n   ');
    })
    .join(loose ? '\n\n' : '\n');
}

function inline(tokens: Token[], dialect: Dialect): string {
  return tokens.map((token) => span(token as MarkedToken, dialect)).join('');
}

function span(token: MarkedToken, dialect: Dialect): string {
  switch (token.type) {
    case 'strong':
      return dialect.bold(inline(token.tokens, dialect));
    case 'em':
      return dialect.italic(inline(token.tokens, dialect));
    case 'del':
      return dialect.strike(inline(token.tokens, dialect));
    case 'codespan':
      return dialect.code(token.text);
    case 'link':
      return dialect.link(inline(token.tokens, dialect), token.href);
    case 'image':
      return dialect.link(dialect.text(unescaped(token.text)), token.href);
    case 'br':
      return '\n';
    case 'checkbox':
      // It is the mark of its item.
      return '';
    case 'html':
      return /^<br\s*\/?>$/i.test(token.raw) ? '\n' : dialect.text(token.raw);
    case 'escape':
      return dialect.text(token.text);
    default:
      return 'tokens' in token && token.tokens
        ? inline(token.tokens, dialect)
        : dialect.text(unescaped('text' in token ? token.text : token.raw));
  }
}

const REFERENCES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: ' ' };

/** The character references that models write, as the characters that they mean. */
function unescaped(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (_, name: string) => REFERENCES[name] ?? '');
}
