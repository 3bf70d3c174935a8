import { type Dialect, renderDialect } from '../text/dialect.ts';

/** Stands for a line's end that stays one. */
const KEPT = '\ue000';
const LINKABLE = /^(https?:|mailto:|tel:)/i;

/** The tags that Teams knows. It shows headings and lists on some devices only, so they are made of what all show. */
const XML: Dialect = {
  text: escape,
  bold: (content) => `<strong>${content}</strong>`,
  italic: (content) => `<em>${content}</em>`,
  strike: (content) => `<strike>${content}</strike>`,
  code: (code) => `<code>${escape(code)}</code>`,
  codeBlock: (code) => `<pre>${escape(code).replaceAll('\n', KEPT)}</pre>`,
  link(label, href) {
    if (LINKABLE.test(href)) return `<a href="${escape(href)}">${label || escape(href)}</a>`;
    return label === '' || label === escape(href) ? escape(href) : `${label} (${escape(href)})`;
  },
  quote: (content) => `<blockquote>${content}</blockquote>`,
  heading: (content) => `<strong>${content}</strong>`,
};

/** Markdown as the XML that Teams understands: in its own markdown a line's end is lost, and nothing can be escaped. */
export function renderXml(text: string): string {
  return renderDialect(text.replaceAll(KEPT, ''), XML)
    .replace(/\n( *)/g, (_, indent: string) => `<br/>${'&nbsp;'.repeat(indent.length)}`)
    .replace(/(?:<br\/>)+(?=<(?:pre|blockquote)>)/g, '')
    .replace(/(<\/(?:pre|blockquote)>)(?:<br\/>)+/g, '$1')
    .replaceAll(KEPT, '\n');
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escape(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '')
    .replace(/[&<>"]/g, (character) => ESCAPES[character] ?? character);
}
