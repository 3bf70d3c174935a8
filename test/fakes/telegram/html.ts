/** Text as Telegram shows it. */
export interface Parsed {
  text: string;
  /** Each as `{tag} {from}-{to}`, with attributes: enough to compare two texts. */
  entities: string[];
}

/** What the Bot API answers to HTML that it does not understand. */
export class BadHtml extends Error {
  override name = 'BadHtml';
}

const TAGS = new Set([
  'b',
  'strong',
  'i',
  'em',
  'u',
  'ins',
  's',
  'strike',
  'del',
  'a',
  'code',
  'pre',
  'blockquote',
  'tg-spoiler',
  'span',
]);
const NAMED: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"' };
const TOKEN =
  /<(\/?)([a-z0-9-]*)((?:\s+[a-z-]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>"']+))?)*)\s*(>?)|&(lt|gt|amp|quot|#\d+|#x[\da-f]+);|[^<&]+|[<&]/gi;

/** Parses the HTML of the Bot API and refuses what it refuses: unknown, unclosed, crossing tags, nested quotes. */
export function parseHtml(html: string): Parsed {
  let text = '';
  const entities: string[] = [];
  const open: { tag: string; attributes: string; from: number }[] = [];
  for (const match of html.matchAll(TOKEN)) {
    const [token, slash, name = '', attributes = '', end, reference] = match;
    if (reference !== undefined) {
      text += decode(reference);
    } else if (slash === undefined) {
      text += token;
    } else {
      const tag = name.toLowerCase();
      const offset = Buffer.byteLength(html.slice(0, match.index));
      if (end !== '>') throw new BadHtml(`Unclosed start tag at byte offset ${offset}`);
      if (!TAGS.has(tag)) throw new BadHtml(`Unsupported start tag "${tag}" at byte offset ${offset}`);
      if (slash === '') {
        if (tag === 'blockquote' && open.some((outer) => outer.tag === tag))
          throw new BadHtml(`Nested blockquote at byte offset ${offset}`);
        open.push({ tag, attributes: attributes.trim(), from: text.length });
        continue;
      }
      const last = open.pop();
      if (!last) throw new BadHtml(`Unexpected end tag at byte offset ${offset}`);
      if (last.tag !== tag)
        throw new BadHtml(
          `Unmatched end tag at byte offset ${offset}, expected "</${last.tag}>", found "</${tag}>"`,
        );
      if (text.length > last.from)
        entities.push(`${tag} ${last.from}-${text.length} ${last.attributes}`.trim());
    }
  }
  const unclosed = open.at(-1);
  if (unclosed) throw new BadHtml(`Can't find end tag corresponding to start tag "${unclosed.tag}"`);
  return { text, entities };
}

function decode(reference: string): string {
  if (!reference.startsWith('#')) return NAMED[reference.toLowerCase()] ?? '';
  const hex = /^#x/i.test(reference);
  return String.fromCodePoint(Number.parseInt(reference.slice(hex ? 2 : 1), hex ? 16 : 10));
}
