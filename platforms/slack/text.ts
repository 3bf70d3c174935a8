import { BLANKS } from '../text/blanks.ts';

/** `<@U1|ann>`, `<#C1|general>`, `<!here>`, `<https://x|label>`: what Slack writes between angle brackets. */
const MARKUP = /<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>/g;

/** Slack's text as people read it. */
export function readable(text: string): string {
  const shown = text.replace(MARKUP, (_, sign: string, target: string, label = '') => {
    if (sign === '@') return `@${label || target}`;
    if (sign === '#') return `#${label || target}`;
    if (sign === '!') return label || `@${target}`;
    return linkText(target, label);
  });
  return shown.replace(/&(lt|gt|amp);/g, (_, name: string) => ({ lt: '<', gt: '>' })[name] ?? '&');
}

function linkText(target: string, label: string): string {
  const bare = target.replace(/^(?:mailto:|tel:|https?:\/\/)/, '');
  if (label === '' || label === target) return target;
  if (label === bare) return target.startsWith('http') ? target : label;
  return `${label} (${target})`;
}

export function mentions(text: string, userId: string): boolean {
  return new RegExp(mentionOf(userId)).test(text);
}

/** The text without the mentions of a user, as Slack writes it. */
export function withoutMention(text: string, userId: string): string {
  const mention = mentionOf(userId);
  return text
    .replace(new RegExp(`^\\s*${mention}[,:]?`), '')
    .replace(new RegExp(BLANKS + mention, 'g'), '')
    .trim();
}

function mentionOf(userId: string): string {
  return `<@${userId.replace(/\W/g, '')}(?:\\|[^<>]*)?>`;
}
