/** A `<text>` of an SVG, its words escaped. */
export function svgText(x: number, y: number, words: string, anchor = 'start', fill = '#222'): string {
  const safe = words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x.toFixed(1)}" y="${y}" text-anchor="${anchor}" fill="${fill}">${safe}</text>`;
}
