import type { DeltaEvent } from '../../gateway/web-chat/page/wire.ts';

/** The text of a step as it is written. What was shown of it stays shown: an attempt that begins again is shown where it goes further. */
export class StreamedText {
  #step = 0;
  #attempt = 0;
  #text = '';
  #shown = '';

  add({ step, attempt, offset, text }: DeltaEvent): void {
    if (step < this.#step || (step === this.#step && attempt < this.#attempt)) return;
    if (step > this.#step) this.#shown = '';
    if (step > this.#step || attempt > this.#attempt) this.#text = '';
    this.#step = step;
    this.#attempt = attempt;
    // After a gap the step waits for its finished form.
    if (offset <= this.#text.length) this.#text = this.#text.slice(0, offset) + text;
  }

  /** The step is finished, and reads like this. Returns what is to be shown further of it. */
  finish(text: string): string {
    this.#text = text;
    const further = this.further();
    this.#text = '';
    this.#shown = '';
    this.#attempt = Number.POSITIVE_INFINITY;
    return further;
  }

  /** The turn has ended. */
  reset(): void {
    this.#step = 0;
    this.#attempt = 0;
    this.#text = '';
    this.#shown = '';
  }

  /** What is to be shown further; it begins with a line break where the text is another than what was shown. */
  further(): string {
    const [text, shown] = [this.#text, this.#shown];
    if (shown.startsWith(text)) return '';
    this.#shown = text;
    return text.startsWith(shown) ? text.slice(shown.length) : `\n${text}`;
  }
}
