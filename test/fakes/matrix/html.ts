/** The tags that the specification suggests clients to show, each with its attributes. */
const ALLOWED: Record<string, RegExp> = {
  a: /^ href="(?:https?|ftp|mailto|magnet):[^"<>]*"$/,
  ol: /^(?: start="\d+")?$/,
  code: /^(?: class="language-[^"<> ]+")?$/,
};
const PLAIN = new Set(
  'del h1 h2 h3 h4 h5 h6 blockquote p ul sup sub li b i u strong em s hr br table thead tbody tr th td pre'.split(
    ' ',
  ),
);
const VOID = new Set(['br', 'hr']);
const REFERENCES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

/** What is seen of the HTML of a message. Throws for what clients do not show: other tags, or tags that do not match. */
export function shownOf(html: string): string {
  const open: string[] = [];
  const text = html.replace(
    /<(\/?)([a-z0-9]*)([^>]*)>/gi,
    (whole, slash: string, tag: string, attributes: string) => {
      const rule = Object.hasOwn(ALLOWED, tag) ? ALLOWED[tag] : PLAIN.has(tag) ? /^$/ : undefined;
      if (!rule?.test(slash ? '' : attributes) && !(slash && rule)) throw new Error(`${whole} is not shown`);
      if (slash && open.pop() !== tag) throw new Error(`${whole} closes nothing`);
      if (!slash && !VOID.has(tag)) open.push(tag);
      return tag === 'br' ? '\n' : '';
    },
  );
  if (open.length > 0) throw new Error(`<${open.at(-1)}> is not closed`);
  if (text.includes('<')) throw new Error('a < that is no tag');
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => REFERENCES[name] ?? '').trim();
}
