/** Blanks before what follows, for a pattern. A run of them is looked at once, and not again from each of its places. */
export const BLANKS = '(?:(?<![ \\t])[ \\t]+)?';
