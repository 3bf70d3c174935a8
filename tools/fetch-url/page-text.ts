import { convert } from 'html-to-text';

const MAX_CHARACTERS = 50_000;
const HTML = /^(?:text\/html|application\/xhtml\+xml)$/;
const TEXT = /^(?:text\/.+|application\/(?:json|xml|.+\+json|.+\+xml))$/;

/** Whether a media type (without parameters, in lower case) is text. */
export function isReadable(mediaType: string): boolean {
  return TEXT.test(mediaType);
}

/** The text of a body: decoded by its charset, HTML made plain, cut at 50,000 characters with a note. */
export function pageText(
  body: Uint8Array,
  mediaType: string,
  contentType: string,
  complete: boolean,
): string {
  const isHtml = HTML.test(mediaType);
  const source = decode(body, contentType, isHtml);
  const text = isHtml ? htmlText(source) : source.trim();
  if (text.length <= MAX_CHARACTERS && complete) return text || '(the page has no text)';
  return `${text.slice(0, MAX_CHARACTERS)}\n\n[The page goes on; this is its beginning.]`;
}

function htmlText(html: string): string {
  const head = /<title[^>]*>([^<]*)<\/title>/i.exec(html)?.[1] ?? '';
  const title = convert(head, { wordwrap: false }).trim();
  const text = convert(html, {
    wordwrap: false,
    selectors: [
      { selector: 'a', options: { ignoreHref: true } },
      { selector: 'title', format: 'skip' },
      { selector: 'img', format: 'skip' },
      { selector: 'svg', format: 'skip' },
      { selector: 'noscript', format: 'skip' },
      ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({
        selector,
        options: { uppercase: false },
      })),
    ],
  });
  return title ? `Title: ${title}\n\n${text}` : text;
}

/** By byte order mark, the header's charset, the page's own, or UTF-8. */
function decode(body: Uint8Array, contentType: string, isHtml: boolean): string {
  const beginning = isHtml ? new TextDecoder('latin1').decode(body.subarray(0, 2048)) : '';
  const marked =
    (body[0] === 0xff && body[1] === 0xfe && 'utf-16le') ||
    (body[0] === 0xfe && body[1] === 0xff && 'utf-16be');
  const named = /charset\s*=\s*["']?([\w:.-]+)/i;
  const charset = marked || named.exec(contentType)?.[1] || named.exec(beginning)?.[1] || 'utf-8';
  try {
    return new TextDecoder(charset).decode(body);
  } catch {
    return new TextDecoder().decode(body);
  }
}
