import type { Piece } from './turn-text.ts';

type Send = (type: string, data: object) => void;

/** The items of a response's output: what the turn says as messages, what it does besides as reasoning; each piece adds to the last. */
export class OutputItems {
  readonly done: object[] = [];
  readonly #name: string;
  readonly #send: Send;
  #open: Piece | undefined;

  /** `name` tells them from those of other responses; `send` sends the events. */
  constructor(name: string, send: Send) {
    this.#name = name;
    this.#send = send;
  }

  add({ kind, text }: Piece): void {
    if (this.#open?.kind !== kind) {
      this.#close();
      this.#begin(kind);
    }
    if (this.#open) this.#open.text += text;
    if (kind === 'text')
      this.#send('response.output_text.delta', { ...this.#content, delta: text, logprobs: [] });
    else this.#send('response.reasoning_summary_text.delta', { ...this.#summary, delta: text });
  }

  /** Nothing follows. A turn that said nothing has an empty message. */
  end(): void {
    if (this.done.length === 0 && !this.#open) this.#begin('text');
    this.#close();
  }

  get #at() {
    return { item_id: this.#id, output_index: this.done.length };
  }

  get #content() {
    return { ...this.#at, content_index: 0 };
  }

  get #summary() {
    return { ...this.#at, summary_index: 0 };
  }

  get #id(): string {
    return `${this.#open?.kind === 'activity' ? 'rs' : 'msg'}_${this.done.length}_${this.#name}`;
  }

  #begin(kind: Piece['kind']): void {
    this.#open = { kind, text: '' };
    const { output_index } = this.#at;
    this.#send('response.output_item.added', { output_index, item: this.#item('in_progress') });
    if (kind === 'text')
      this.#send('response.content_part.added', { ...this.#content, part: outputText('') });
    else this.#send('response.reasoning_summary_part.added', { ...this.#summary, part: summaryText('') });
  }

  #close(): void {
    if (!this.#open) return;
    const { kind, text } = this.#open;
    const { output_index } = this.#at;
    const item = this.#item('completed');
    if (kind === 'text') {
      this.#send('response.output_text.done', { ...this.#content, text, logprobs: [] });
      this.#send('response.content_part.done', { ...this.#content, part: outputText(text) });
    } else {
      this.#send('response.reasoning_summary_text.done', { ...this.#summary, text });
      this.#send('response.reasoning_summary_part.done', { ...this.#summary, part: summaryText(text) });
    }
    this.#send('response.output_item.done', { output_index, item });
    this.done.push(item);
    this.#open = undefined;
  }

  #item(status: 'in_progress' | 'completed'): object {
    const { kind, text } = this.#open ?? { kind: 'text', text: '' };
    const isDone = status === 'completed';
    if (kind === 'activity')
      return { id: this.#id, type: 'reasoning', status, summary: isDone ? [summaryText(text)] : [] };
    const content = isDone ? [outputText(text)] : [];
    return { id: this.#id, type: 'message', status, role: 'assistant', content };
  }
}

function outputText(text: string) {
  return { type: 'output_text', text, annotations: [], logprobs: [] };
}

function summaryText(text: string) {
  return { type: 'summary_text', text };
}
