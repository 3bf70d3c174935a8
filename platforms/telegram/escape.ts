const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
/** The named character references that Telegram's HTML knows. */
const REFERENCE = /&(?:amp|lt|gt|quot);/g;
const NOT_A_REFERENCE = /&(?!(?:amp|lt|gt|quot);)/g;

/** For code and attributes: every character means itself. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? character);
}

/** For markdown's text, in which character references like `&lt;` have their meaning. */
export function escapeText(text: string): string {
  return text
    .replace(NOT_A_REFERENCE, '&amp;')
    .replace(/[<>"]/g, (character) => ESCAPES[character] ?? character);
}

/** UTF-16 units of what is seen of a Telegram HTML text. */
export function visibleLength(html: string): number {
  return html.replace(/<[^>]*>/g, '').replace(REFERENCE, '.').length;
}
