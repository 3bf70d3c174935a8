import { Marked, type Token } from 'marked';

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
  for (const token of inlineTokens(paragraph)) {
    const end = start + token.raw.length;
    if (token.type !== 'text' && token.type !== 'br') spans.push({ start, end });
    start = end;
  }
  return spans;
}

function inlineTokens(paragraph: string): Token[] {
  try {
    return new markdown.Lexer().inlineTokens(paragraph);
  } catch (error) {
    // Nested deeper than the stack: it may be cut anywhere.
    if (error instanceof RangeError) return [];
    throw error;
  }
}
