const NEWLINE = 0x0a;

/** Collects lines of any length, copying each byte once: the SDK's buffer copies a long line anew with every chunk. */
export class LineBuffer {
  readonly #longest: number;
  #parts: Buffer[] = [];
  #size = 0;

  /** Bytes that a line may have. */
  constructor(longest: number) {
    this.#longest = longest;
  }

  /** The lines that the chunk completes. Throws RangeError for one that is too long. */
  *add(chunk: Buffer): Generator<string> {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      this.#keep(chunk.subarray(from, end));
      from = end + 1;
      const line = Buffer.concat(this.#parts).toString();
      this.#parts = [];
      this.#size = 0;
      yield line;
    }
    this.#keep(chunk.subarray(from));
  }

  #keep(part: Buffer): void {
    this.#size += part.length;
    if (this.#size > this.#longest) throw new RangeError('the line is too long');
    this.#parts.push(part);
  }
}
