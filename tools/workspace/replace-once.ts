/** Puts `replace` where `find` is. Undefined unless `find` is there exactly once. */
export function replaceOnce(text: string, find: string, replace: string): string | undefined {
  const at = text.indexOf(find);
  if (at < 0 || text.lastIndexOf(find) !== at) return undefined;
  return text.slice(0, at) + replace + text.slice(at + find.length);
}

/** More places are not looked at: then it may have been any of them. */
const MOST_PLACES = 100;

/**
 * What a text tells of a {@link replaceOnce} that may have been done to it: it was, it was not, or both can be. If it was
 * neither possible before nor can have led here, it was not done.
 */
export function wasReplaced(text: string, find: string, replace: string): boolean | 'unknown' {
  const isPossible = replaceOnce(text, find, replace) !== undefined;
  if (!canComeOf(text, find, replace)) return false;
  return isPossible ? 'unknown' : true;
}

/** Whether there is a text that becomes this one. */
function canComeOf(text: string, find: string, replace: string): boolean {
  let at = -1;
  for (let place = 0; place < MOST_PLACES; place++) {
    at = text.indexOf(replace, at + 1);
    if (at < 0) return false;
    const before = text.slice(0, at) + find + text.slice(at + replace.length);
    if (replaceOnce(before, find, replace) === text) return true;
    // The empty text is found at the end for ever.
    if (at >= text.length) return false;
  }
  return true;
}
