import { Marked, type MarkedToken, type Token, type Tokens } from 'marked';
import { renderTable } from '../text/table.ts';
import { escapeHtml, escapeText, visibleLength } from './escape.ts';

/** A message as Telegram's HTML, and the length of what is seen of it, in UTF-16 units. */
interface Rendered {
  html: string;
  length: number;
}

const markdown = new Marked();
/** Telegram makes links of these only. */
const LINKABLE = /^(https?|tg|mailto|tel):/i;

/** Markdown as the HTML that Telegram understands. What it has no tag for is shown as text. */
export function renderHtml(text: string): Rendered {
  const html = rendered(text);
  return { html, length: visibleLength(html) };
}

function rendered(text: string): string {
  try {
    return blocks(markdown.lexer(text), false);
  } catch (error) {
    // Nested deeper than the stack: it is shown as it was written.
    if (error instanceof RangeError) return escapeHtml(text);
    throw error;
  }
}

/** Quotes inside quotes are refused by Telegram: `quoted` leaves the inner tag out. */
function blocks(tokens: Token[], quoted: boolean, between = '\n\n'): string {
  return tokens
    .map((token) => block(token as MarkedToken, quoted))
    .filter((html) => html !== '')
    .join(between);
}

function block(token: MarkedToken, quoted: boolean): string {
  switch (token.type) {
    case 'heading':
      return `<b>${inline(token.tokens)}</b>`;
    case 'code':
      return codeBlock(token);
    case 'blockquote': {
      const content = blocks(token.tokens, true);
      return quoted || content === '' ? content : `<blockquote>${content}</blockquote>`;
    }
    case 'list':
      return list(token, quoted);
    case 'table':
      return `<pre>${escapeHtml(renderTable(token))}</pre>`;
    case 'hr':
      return '———';
    case 'html':
      return escapeHtml(token.raw.trim());
    case 'space':
    case 'def':
      return '';
    default:
      return inline([token]);
  }
}

function list({ items, ordered, start, loose }: Tokens.List, quoted: boolean): string {
  const first = typeof start === 'number' ? start : 1;
  return items
    .map((item, index) => {
      const mark = item.task ? (item.checked ? '☑ ' : '☐ ') : ordered ? `${first + index}. ` : '• ';
      const content = blocks(item.tokens, quoted, '\n');
      return mark + content.replaceAll('\n', '\n   ');
    })
    .join(loose ? '\n\n' : '\n');
}

function codeBlock({ text, lang }: Tokens.Code): string {
  const code = escapeHtml(text);
  if (code.trim() === '') return '';
  const language = /^[\w+#.-]+/.exec(lang ?? '')?.[0];
  return language ? `<pre><code class="language-${language}">${code}</code></pre>` : `<pre>${code}</pre>`;
}

function inline(tokens: Token[]): string {
  return tokens.map((token) => span(token as MarkedToken)).join('');
}

function span(token: MarkedToken): string {
  switch (token.type) {
    case 'strong':
      return `<b>${inline(token.tokens)}</b>`;
    case 'em':
      return `<i>${inline(token.tokens)}</i>`;
    case 'del':
      return `<s>${inline(token.tokens)}</s>`;
    case 'codespan':
      return `<code>${escapeHtml(token.text)}</code>`;
    case 'link':
      // An image inside a link is a link itself, and links do not nest.
      return link(token.href, inline(token.tokens).replace(/<\/?a\b[^>]*>/g, ''));
    case 'image':
      return link(token.href, escapeText(token.text));
    case 'br':
      return '\n';
    case 'checkbox':
      // It is the mark of its item.
      return '';
    case 'html':
      return /^<br\s*\/?>$/i.test(token.raw) ? '\n' : escapeHtml(token.raw);
    case 'escape':
      return escapeHtml(token.text);
    default:
      return 'tokens' in token && token.tokens
        ? inline(token.tokens)
        : escapeText('text' in token ? token.text : token.raw);
  }
}

function link(href: string, label: string): string {
  if (LINKABLE.test(href)) return `<a href="${escapeHtml(href)}">${label || escapeHtml(href)}</a>`;
  return label ? `${label} (${escapeHtml(href)})` : escapeHtml(href);
}
