import { randomId } from './ids.ts';

const LAST = 'holdfast:conversation';

/** The conversation of this page: the one in the address, else the last one of this browser, else a new one. */
export function currentConversation(): string {
  const id = new URLSearchParams(location.search).get('c') || localStorage.getItem(LAST) || randomId(12);
  localStorage.setItem(LAST, id);
  history.replaceState(null, '', addressOf(id));
  return id;
}

/** Begins another conversation; "back" returns to the one before. */
export function newConversation(): string {
  const id = randomId(12);
  localStorage.setItem(LAST, id);
  history.pushState(null, '', addressOf(id));
  return id;
}

function addressOf(id: string): string {
  return `?c=${encodeURIComponent(id)}`;
}
