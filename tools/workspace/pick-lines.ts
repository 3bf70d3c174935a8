import { ToolError } from '../tool.ts';

/** Characters of a file that the model gets at once. */
const MOST = 48_000;

/** Lines are counted from 1; both ends are in it. */
export interface LineRange {
  from: number;
  to: number;
}

/**
 * The lines of a text, with a note if that is not all of it. Reads no further than it needs and keeps no more than it shows.
 * Throws TypeError for bytes that are not UTF-8 text, {@link ToolError} if the text ends before the range.
 */
export async function pickLines(chunks: AsyncIterable<Buffer>, range: LineRange): Promise<string> {
  const { text, hasEnded } = await textFrom(chunks, range);
  const lines = text.split('\n');
  // What ends the last line begins no other.
  if (hasEnded && lines.at(-1) === '') lines.pop();
  if (lines.length === 0 && range.from === 1) return '(the file is empty)';
  if (lines.length === 0) throw new ToolError(`it has fewer than ${range.from} lines`);
  const shown = fitting(lines.slice(0, range.to - range.from + 1));
  const goesOn = !hasEnded || shown.length < lines.length;
  return [shown.join('\n'), ...note(range.from, shown, goesOn)].join('\n\n');
}

/** The text from the range's first line on, at least as far as it is shown. */
async function textFrom(
  chunks: AsyncIterable<Buffer>,
  { from, to }: LineRange,
): Promise<{ text: string; hasEnded: boolean }> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let text = '';
  let toSkip = from - 1;
  for await (const chunk of chunks) {
    if (chunk.includes(0)) throw new TypeError('a text has no NUL bytes');
    let decoded = decoder.decode(chunk, { stream: true });
    for (; toSkip > 0 && decoded.includes('\n'); toSkip--) decoded = decoded.slice(decoded.indexOf('\n') + 1);
    if (toSkip > 0) continue;
    text += decoded;
    if (text.length > MOST || text.split('\n').length > to - from + 1) return { text, hasEnded: false };
  }
  return { text: text + decoder.decode(), hasEnded: true };
}

/** As many whole lines as there is room for; of a single one that is too long, the beginning. */
function fitting(lines: string[]): string[] {
  let room = MOST;
  const end = lines.findIndex((line) => (room -= line.length + 1) < 0);
  if (end < 0) return lines;
  return end > 0 ? lines.slice(0, end) : [(lines[0] ?? '').slice(0, MOST).toWellFormed()];
}

function note(from: number, shown: string[], goesOn: boolean): string[] {
  if (from === 1 && !goesOn) return [];
  const last = from + shown.length - 1;
  const isCut = shown.length === 1 && (shown[0] ?? '').length >= MOST;
  const words = isCut ? `Only the beginning of line ${last}, which is very long` : `Lines ${from} to ${last}`;
  return [`[${words}. ${goesOn ? `Read on with fromLine ${last + 1}.` : 'The file ends here.'}]`];
}
