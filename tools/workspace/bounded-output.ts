import { StringDecoder } from 'node:string_decoder';
import { stripVTControlCharacters } from 'node:util';

/** Characters kept of the beginning, and of the end. */
const KEPT = 16_000;

/** The beginning and the end of an output of any length, in bounded memory. */
export class BoundedOutput {
  readonly #decoder = new StringDecoder('utf8');
  #head = '';
  #tail = '';
  #length = 0;

  add(chunk: Buffer): void {
    const text = this.#decoder.write(chunk);
    const fitting = KEPT - this.#head.length;
    this.#length += text.length;
    this.#head += text.slice(0, fitting);
    this.#tail = (this.#tail + text.slice(fitting)).slice(-KEPT);
  }

  /** Both ends as plain text, without a terminal's colours, and how much was left out between them. */
  get text(): string {
    const left = this.#length - this.#head.length - this.#tail.length;
    const middle = left > 0 ? `\n\n[… ${left} characters left out here …]\n\n` : '';
    return plain(`${this.#head.toWellFormed()}${middle}${this.#tail.toWellFormed()}`);
  }

  /** The last few lines, for who watches. */
  lastLines(count: number, characters: number): string {
    const end = plain(`${this.#head}${this.#tail}`.slice(-4 * characters)).trimEnd();
    return end.split('\n').slice(-count).join('\n').slice(-characters).toWellFormed();
  }
}

/** What a terminal would show in the end: colours gone, and of a line that was written over only its last form. */
function plain(text: string): string {
  const lines = stripVTControlCharacters(text).split('\n');
  return lines
    .map((line) => line.replace(/\r+$/, ''))
    .map((line) => line.slice(line.lastIndexOf('\r') + 1))
    .join('\n');
}
