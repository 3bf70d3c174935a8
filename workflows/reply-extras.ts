import { type Button, MAX_FILES, MAX_INLINE_FILES, type OutgoingFile } from '../contract/delivery.ts';

/** What one call gave. */
interface Given {
  files: OutgoingFile[];
  buttons?: Button[];
}

/** What the tools of a turn gave for its reply, in the order of their calls: files, and buttons, of which the last offer counts. */
export class ReplyExtras {
  readonly #given: Given[] = [];

  /** A call's place among the others, which it keeps however long it takes. */
  place(): Given {
    const place = { files: [] };
    this.#given.push(place);
    return place;
  }

  /** Returns what the model is to be told of files that cannot go along. */
  add({ files = [], buttons }: Partial<Given>, place = this.place()): string[] {
    if (buttons) place.buttons = buttons;
    return files.flatMap((file) => {
      const reason = this.#refusal(file);
      if (reason === undefined) place.files.push(file);
      return reason === undefined ? [] : [`${file.name} was not attached: ${reason}.`];
    });
  }

  get isEmpty(): boolean {
    return this.#files.length === 0 && this.#buttons.length === 0;
  }

  forReply(): { files?: OutgoingFile[]; buttons?: Button[] } {
    const [files, buttons] = [this.#files, this.#buttons];
    return { ...(files.length > 0 ? { files } : {}), ...(buttons.length > 0 ? { buttons } : {}) };
  }

  get #files(): OutgoingFile[] {
    return this.#given.flatMap(({ files }) => files);
  }

  get #buttons(): Button[] {
    return this.#given.findLast(({ buttons }) => buttons)?.buttons ?? [];
  }

  #refusal(file: OutgoingFile): string | undefined {
    if (this.#files.length >= MAX_FILES) return `one reply has ${MAX_FILES} files at most`;
    const inline = inlineBytes(file) + this.#files.reduce((sum, other) => sum + inlineBytes(other), 0);
    return inlineBytes(file) > 0 && inline > MAX_INLINE_FILES
      ? `the files of one reply may have ${MAX_INLINE_FILES / 1024} KB together, unless they are given as https addresses`
      : undefined;
  }
}

/** Bytes of a file that is carried in its address: base64 has four characters for three of them. */
function inlineBytes({ url }: OutgoingFile): number {
  return url.startsWith('data:') ? Math.floor(((url.length - url.indexOf(',') - 1) * 3) / 4) : 0;
}
