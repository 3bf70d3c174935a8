import { Marked } from 'marked';

/** A range of offsets that is better not cut: bold, code, a link, … */
export interface Span {
  start: number;
  end: number;
}

const markdown = new Marked();

/** The inline markup of a paragraph that begins at offset `base`. */
export function inlineSpans(paragraph: string, base: number): Span[] {
  const spans: Span[] = [];
  let start = base;
  for (const token of new markdown.Lexer().inlineTokens(paragraph)) {
    const end = start + token.raw.length;
    if (token.type !== 'text' && token.type !== 'br') spans.push({ start, end });
    start = end;
  }
  return spans;
}
