import type { Part } from '../platform.ts';
import { closesFence, fenceAt, fenceSize, type OpenFence, openedFence } from './fence.ts';
import { inlineSpans, type Span } from './inline-spans.ts';

/** A part that ends before a quarter of the limit is avoided where a finer cut makes it longer. */
const LEAST = 1 / 4;
const SPACE = /\s/;
/** Chinese and Japanese have no spaces: a line may end after these. */
const CJK_STOP = /[。！？；，、」』）]/;

/**
 * The part of a markdown text that begins at offset `from`, of at most `limit` UTF-16 units. Cut at a paragraph, else a
 * line, else a word, else between graphemes; not inside a code fence, bold, code or link that fits into one part.
 * A fence longer than that is closed at the cut and opened again in the next part. Deterministic.
 */
export function splitMarkdown(text: string, from: number, limit: number): Part {
  const end = text.trimEnd().length;
  const fence = smallEnough(fenceAt(text, from), limit);
  const opener = fence ? `${fence.opener}\n` : '';
  const start = fence ? from : skipSpace(text, from);
  if (opener.length + end - start <= limit) return { text: opener + text.slice(start, end), next: null };

  const { at, inside } = chooseCut(text.slice(0, end), start, limit, limit - opener.length, fence);
  const closer = inside ? `\n${inside.closer}` : '';
  const next = inside ? skipInFence(text, at, inside) : skipSpace(text, at);
  return { text: opener + text.slice(start, at).trimEnd() + closer, next: next < end ? next : null };
}

interface Cut {
  at: number;
  /** The fence that the cut is inside of. */
  inside?: OpenFence | undefined;
}

function chooseCut(
  text: string,
  from: number,
  limit: number,
  room: number,
  open: OpenFence | undefined,
): Cut {
  const max = from + room;
  const least = from + Math.floor(limit * LEAST);
  const { paragraph, fence } = lastParagraph(text, from, max, open);
  if (paragraph >= least) return { at: paragraph };

  const inside = fence && smallEnough(fence, limit);
  if (inside) {
    const fits = inside.start >= from && fenceSize(text, inside) <= limit;
    return fits && paragraph > from
      ? { at: paragraph }
      : { at: cutCode(text, from, max, least, inside), inside };
  }

  const block = Math.max(paragraph, from);
  const spans = inlineSpans(text.slice(block, blockEnd(text, max, limit)), block);
  const at =
    lastBreak(text, isLine, least, max, spans) ??
    lastBreak(text, isWord, least, max, spans) ??
    (paragraph > from ? paragraph : undefined) ??
    lastBreak(text, isWord, from + 1, least, spans) ??
    lastBreak(text, isWord, least, max) ??
    graphemeBefore(text, from, max);
  return { at };
}

/** The last end of a paragraph in (from, max], or `from`; and the fence that is open at `max`. */
function lastParagraph(text: string, from: number, max: number, open: OpenFence | undefined) {
  let paragraph = from;
  let fence = open;
  for (let line = from; line <= max; ) {
    const newline = text.indexOf('\n', line);
    if (newline < 0 || newline > max) break;
    const before = fence;
    fence = fenceAt(text, newline + 1, line, before);
    if (!fence && (before || startsBlock(text, newline + 1))) paragraph = newline;
    line = newline + 1;
  }
  return { paragraph, fence };
}

/** Whether the line at `start` is blank or opens a fence. */
function startsBlock(text: string, start: number): boolean {
  const newline = text.indexOf('\n', start);
  const line = text.slice(start, newline < 0 ? undefined : newline);
  return line.trim() === '' || openedFence(line, start) !== undefined;
}

function blockEnd(text: string, max: number, limit: number): number {
  const blank = text.indexOf('\n\n', max);
  return blank < 0 ? max + limit : Math.min(blank, max + limit);
}

function cutCode(text: string, from: number, max: number, least: number, fence: OpenFence): number {
  const last = max - fence.closer.length - 1;
  const first = Math.max(from, fence.content) + 1;
  return (
    lastBreak(text, isLine, Math.max(first, least), last) ??
    lastBreak(text, isSpace, Math.max(first, least), last) ??
    lastBreak(text, isLine, first, last) ??
    graphemeBefore(text, from, last)
  );
}

/** Behind the cut in a fence: its line's end is taken by the closing fence, and so is a closing line that follows. */
function skipInFence(text: string, at: number, fence: OpenFence): number {
  const next = at + (/^[ \t]*\r?\n/.exec(text.slice(at))?.[0].length ?? 0);
  const newline = text.indexOf('\n', next);
  const lineEnd = newline < 0 ? text.length : newline + 1;
  return next > at && closesFence(text.slice(next, lineEnd).trimEnd(), fence)
    ? skipSpace(text, lineEnd)
    : next;
}

type Break = (at: number, text: string) => boolean;
const isLine: Break = (at, text) => text[at] === '\n';
const isSpace: Break = (at, text) => SPACE.test(text[at] ?? '');
const isWord: Break = (at, text) => isSpace(at, text) || CJK_STOP.test(text[at - 1] ?? '');

function lastBreak(
  text: string,
  isBreak: Break,
  first: number,
  last: number,
  spans: Span[] = [],
): number | undefined {
  for (let at = Math.min(last, text.length); at >= first; at--)
    if (isBreak(at, text) && !spans.some(({ start, end }) => start < at && at < end)) return at;
  return undefined;
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The last end of a grapheme in (from, max]; of a code point where one grapheme is longer than that. */
function graphemeBefore(text: string, from: number, max: number): number {
  const start = graphemes.segment(text.slice(from, max + 64)).containing(max - from)?.index ?? 0;
  if (start > 0) return from + start;
  const code = text.charCodeAt(max);
  return code >= 0xdc00 && code <= 0xdfff && max - 1 > from ? max - 1 : max;
}

/** A fence line that would fill half of the part is taken as text. */
function smallEnough(fence: OpenFence | undefined, limit: number): OpenFence | undefined {
  return fence && fence.opener.length + fence.closer.length + 2 <= limit / 2 ? fence : undefined;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (SPACE.test(text[at] ?? '')) at++;
  return at;
}
