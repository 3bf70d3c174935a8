import type { Token, Tokens } from 'marked';

/** A table as text for a fixed-width font. */
export function renderTable({ header, rows, align }: Tokens.Table): string {
  const lines = [header, ...rows].map((cells) => cells.map(({ tokens }) => plain(tokens)));
  const widths = header.map((_, column) => Math.max(...lines.map((cells) => width(cells[column] ?? ''))));
  const [head = '', ...body] = lines.map((cells) =>
    cells
      .map((cell, column) => pad(cell, widths[column] ?? 0, align[column] === 'right'))
      .join(' | ')
      .trimEnd(),
  );
  const rule = widths.map((columns) => '-'.repeat(columns)).join('-+-');
  return [head, rule, ...body].join('\n');
}

function plain(tokens: Token[]): string {
  return tokens
    .map((token) =>
      'tokens' in token && token.tokens ? plain(token.tokens) : 'text' in token ? String(token.text) : ' ',
    )
    .join('');
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

function width(cell: string): number {
  return Array.from(graphemes.segment(cell)).length;
}

function pad(cell: string, columns: number, right: boolean): string {
  const space = ' '.repeat(Math.max(0, columns - width(cell)));
  return right ? space + cell : cell + space;
}
