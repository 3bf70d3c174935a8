import { runInNewContext } from 'node:vm';
import { convert } from 'html-to-text';
import { ToolError } from '../tool.ts';

const MAX_CHARACTERS = 50_000;
/** The parser takes a minute for a megabyte that is nested deep enough. Heartbeats wait less than 4 s. */
const MAX_MS = 2_000;
/** What is nested deeper is left out: the library calls itself for each level. */
const MAX_DEPTH = 200;
const HTML = /^(?:text\/html|application\/xhtml\+xml)$/;
const TEXT = /^(?:text\/.+|application\/(?:json|xml|.+\+json|.+\+xml))$/;

/** Whether a media type (without parameters, in lower case) is text. */
export function isReadable(mediaType: string): boolean {
  return TEXT.test(mediaType);
}

/**
 * The text of a body: decoded by its charset, HTML made plain, cut at 50,000 characters with a note. Throws {@link ToolError} for a page
 * that takes too long.
 */
export function pageText(...page: Parameters<typeof readPage>): string {
  try {
    // Ends also what does not end by itself: everything else here waits for it.
    return runInNewContext('read()', { read: () => readPage(...page) }, { timeout: MAX_MS });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    throw new ToolError('this page is too intricate to be read');
  }
}

function readPage(body: Uint8Array, mediaType: string, contentType: string, complete: boolean): string {
  const isHtml = HTML.test(mediaType);
  const source = decode(body, contentType, isHtml);
  const text = isHtml ? htmlText(source) : source.trim();
  if (text.length <= MAX_CHARACTERS && complete) return text || '(the page has no text)';
  return `${text.slice(0, MAX_CHARACTERS)}\n\n[The page goes on; this is its beginning.]`;
}

function htmlText(html: string): string {
  const head = /<title[^<>]*>([^<]*)<\/title>/i.exec(html)?.[1] ?? '';
  const title = convert(head, { wordwrap: false }).trim();
  const text = convert(html, {
    wordwrap: false,
    limits: { maxDepth: MAX_DEPTH },
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
