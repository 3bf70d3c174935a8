/** What a line must have in it. */
export interface Wanted {
  text: string;
  /** The text is a regular expression. */
  isRegex: boolean;
  ignoreCase: boolean;
}

/** Where in a line it is, -1 if nowhere. Throws SyntaxError for what is no regular expression. */
export function lineMatcher({ text, isRegex, ignoreCase }: Wanted): (line: string) => number {
  if (isRegex) {
    const expression = new RegExp(text, ignoreCase ? 'i' : '');
    return (line) => line.search(expression);
  }
  if (!ignoreCase) return (line) => line.indexOf(text);
  const lower = text.toLowerCase();
  return (line) => line.toLowerCase().indexOf(lower);
}
