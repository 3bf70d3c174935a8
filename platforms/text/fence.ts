/** A code fence that is open at some offset. */
export interface OpenFence {
  /** Offset of its opening line. */
  start: number;
  /** Offset of its first line of code. */
  content: number;
  /** It is in a block quote. */
  quoted: boolean;
  ticks: string;
  /** The line that opens it again in another part. */
  opener: string;
  /** The line that closes it. */
  closer: string;
}

/** Quote and list markers, then the fence and its info string. */
const OPENING =
  /^((?:[ \t]*(?:>|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t])))*[ \t]*)(`{3,}(?=[^`]*$)|~{3,})[ \t]*(.*)$/;
const QUOTED = /^[ \t]*>/;

/** The fence that is open at `offset`. Reads the lines that end before it, beginning at `from`, where `open` was open. */
export function fenceAt(text: string, offset: number, from = 0, open?: OpenFence): OpenFence | undefined {
  let fence = open;
  for (let start = from; start < offset; ) {
    const newline = text.indexOf('\n', start);
    if (newline < 0 || newline >= offset) break;
    const line = text.slice(start, newline);
    if (fence?.quoted && !QUOTED.test(line)) fence = undefined;
    if (!fence) fence = openedFence(line, start);
    else if (closesFence(line, fence)) fence = undefined;
    start = newline + 1;
  }
  return fence;
}

/** The fence that a line opens; `start` is the line's offset. */
export function openedFence(line: string, start: number): OpenFence | undefined {
  const [, markers = '', ticks, info = ''] = OPENING.exec(line.trimEnd()) ?? [];
  if (!ticks) return undefined;
  const quoted = markers.includes('>');
  // More than three spaces would make it an indented code block.
  const indent = quoted ? '> ' : ' '.repeat(Math.min(3, markers.length));
  const closer = indent + ticks;
  return { start, content: start + line.length + 1, quoted, ticks, opener: closer + info, closer };
}

export function closesFence(line: string, { quoted, ticks }: OpenFence): boolean {
  const end = (quoted ? line.replace(/^[ \t>]+/, '') : line).trim();
  return end.length >= ticks.length && end === ticks[0]?.repeat(end.length);
}

/** Length of a whole fence with its opening and closing lines; to the end of the text if it is never closed. */
export function fenceSize(text: string, fence: OpenFence): number {
  for (let start = fence.content; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    if (closesFence(text.slice(start, end), fence)) return end - fence.start;
    start = end + 1;
  }
  return text.length - fence.start;
}
