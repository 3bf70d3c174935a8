import { convert } from 'html-to-text';
import { MAX_TEXT_BYTES } from '../../contract/message.ts';
import { acceptQuote } from '../webhook-body.ts';
import type { Activity } from './activity.ts';

/*
 * No pattern runs over the beginning of the next element: on a text full of beginnings it would look at the rest from each of them.
 */
/** In text. */
const MENTION = /<at\b[^<>]*>([^<]*)<\/at>/gi;
/** Also in text, where the quoted message is told in the entities. */
const QUOTED_MARK = /<quoted\b[^<>]*\/>/gi;
/** In HTML. */
const MENTION_SPAN = /<span\b[^<>]*itemtype="http:\/\/schema\.skype\.com\/Mention"[^<>]*>([^<]*)<\/span>/gi;
const QUOTE =
  /<blockquote\b[^<>]*itemtype="http:\/\/schema\.skype\.com\/Reply"[^<>]*>((?:(?!<blockquote\b)[^])*?)<\/blockquote>/i;
const QUOTED_TEXT = /<p\b[^<>]*itemprop="(?:preview|copy)"[^<>]*>((?:(?!<p\b)[^])*?)<\/p>/i;
/** More HTML than any message that is taken; the rest is not read. */
const MAX_HTML = 2 * MAX_TEXT_BYTES;
/** What is nested deeper is left out: the library calls itself for each level. */
const MAX_DEPTH = 200;

export interface Content {
  /** Without the mention of the app. */
  text: string;
  quote?: string;
}

/**
 * What a message says. A quoted message is told in the entities, or stands at the head of the text, where only the HTML
 * tells the two apart.
 */
export function contentOf(activity: Activity): Content {
  const own = ownNames(activity);
  const html = htmlOf(activity);
  const [quoted, inside = ''] = (html && QUOTE.exec(html)) || [];
  const text =
    html !== undefined && (quoted !== undefined || !activity.text)
      ? toText(html.replace(quoted ?? '', '').replace(MENTION_SPAN, named(own)))
      : plain(activity, own);
  const quote = previewOf(activity) ?? (quoted && toText(QUOTED_TEXT.exec(inside)?.[1] ?? inside));
  return { text, ...(quote && { quote: acceptQuote(quote) }) };
}

function previewOf({ entities }: Activity): string | undefined {
  return (entities ?? []).find(({ quotedReply }) => quotedReply?.preview)?.quotedReply?.preview;
}

/** Whether the app is mentioned. */
export function mentionsApp({ entities, recipient }: Activity): boolean {
  return (entities ?? []).some(
    ({ type, mentioned }) =>
      type === 'mention' && mentioned?.id !== undefined && mentioned.id === recipient?.id,
  );
}

function plain({ text, textFormat }: Activity, own: Set<string>): string {
  const said = (text ?? '').replace(QUOTED_MARK, '').replace(MENTION, named(own));
  return tidy(textFormat === 'xml' ? toText(said) : said);
}

function ownNames({ entities, recipient }: Activity): Set<string> {
  const names = (entities ?? []).flatMap(({ mentioned }) =>
    mentioned?.id === recipient?.id && mentioned?.name ? [mentioned.name] : [],
  );
  return new Set(recipient?.name ? [...names, recipient.name] : names);
}

/** The app's own name goes, others keep theirs. */
function named(own: Set<string>): (match: string, name: string) => string {
  return (_, name) => (own.has(name.trim()) ? '' : `@${name}`);
}

function htmlOf({ attachments }: Activity): string | undefined {
  const html = (attachments ?? []).find(({ contentType }) => contentType === 'text/html')?.content;
  return typeof html === 'string' ? html.slice(0, MAX_HTML) : undefined;
}

function toText(html: string): string {
  const selectors = [
    { selector: 'a', options: { hideLinkHrefIfSameAsText: true } },
    { selector: 'img', format: 'skip' },
  ];
  return tidy(convert(html, { wordwrap: false, selectors, limits: { maxDepth: MAX_DEPTH } }));
}

function tidy(text: string): string {
  return text.replaceAll('\u00a0', ' ').replaceAll('\r\n', '\n').trim();
}
