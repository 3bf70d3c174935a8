import { Marked, type Tokens } from 'marked';

/** Schemes that a link in a message may have. */
const LINKABLE = /^(?:https?|ftp|mailto|magnet):/i;

const markdown = new Marked({
  gfm: true,
  /** A line is a line, as people expect in a chat. */
  breaks: true,
  renderer: {
    html: ({ text }) => (/^<br\s*\/?>$/i.test(text.trim()) ? '<br>' : escapeHtml(text)),
    link({ href, tokens }) {
      // A link inside a link is not one.
      const label = this.parser.parseInline(tokens).replace(/<\/?a\b[^>]*>/g, '');
      return link(href, label);
    },
    image: ({ href, text }) => link(href, escapeHtml(text)),
    code({ text, lang }) {
      const language = /^[\w+#.-]+/.exec(lang ?? '')?.[0];
      const marked = language === undefined ? '' : ` class="language-${language}"`;
      return `<pre><code${marked}>${escapeHtml(text)}\n</code></pre>\n`;
    },
    checkbox: ({ checked }) => (checked ? '☑ ' : '☐ '),
    tablecell({ tokens, header }: Tokens.TableCell) {
      const tag = header ? 'th' : 'td';
      return `<${tag}>${this.parser.parseInline(tokens)}</${tag}>`;
    },
  },
});

/** Markdown as the HTML that Matrix suggests clients to show; undefined where it says no more than the text itself. */
export function renderHtml(text: string): string | undefined {
  const html = rendered(text)?.trim();
  if (html === undefined || html.replace(/<[^>]*>/g, '').trim() === '') return undefined;
  return html === `<p>${escapeHtml(text.trim())}</p>` ? undefined : html;
}

function rendered(text: string): string | undefined {
  try {
    return markdown.parse(text, { async: false });
  } catch (error) {
    // Nested deeper than the stack: it is shown as it was written.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function link(href: string, label: string): string {
  if (LINKABLE.test(href)) return `<a href="${escapeHtml(href)}">${label || escapeHtml(href)}</a>`;
  return label ? `${label} (${escapeHtml(href)})` : escapeHtml(href);
}

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}
