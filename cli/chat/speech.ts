import { textAfter } from '../../gateway/web-chat/page/reply.ts';
import type { ReplyEvent, ServerEvent, StepEvent } from '../../gateway/web-chat/page/wire.ts';
import { printable } from '../printable.ts';
import type { Terminal } from '../terminal.ts';
import { StreamedText } from './streamed-text.ts';

/** Longest input or output of a tool that is shown, in characters. */
const LONGEST = 300;

/** What of the events of a conversation is to be written on a terminal, in the order in which they come. */
export class Speech {
  readonly #paint: Terminal['paint'];
  readonly #isOwn: (id: string) => boolean;
  readonly #streamed = new StreamedText();
  /** What the finished steps of the running turn have said. */
  #said: string[] = [];
  #isInLine = false;

  constructor({ paint, isOwn }: { paint: Terminal['paint']; isOwn(id: string): boolean }) {
    this.#paint = paint;
    this.#isOwn = isOwn;
  }

  /** The text to write, with what goes before it where a line is not finished. */
  of(event: ServerEvent): string {
    switch (event.type) {
      case 'message':
        if (this.#isOwn(event.id)) return '';
        return this.#line(
          this.#paint('dim', `${event.sender?.name ?? event.internal?.kind ?? 'message'}: ${event.text}`),
        );
      case 'delta':
        this.#streamed.add(event);
        return this.#text(this.#streamed.further());
      case 'step':
        return this.#step(event);
      case 'progress':
        return this.#line(this.#paint('dim', `  … ${event.text}`));
      case 'tool':
        return this.#line(this.#paint('dim', `  ${event.name}: ${event.outcome}, ${short(event.output)}`));
      case 'approval':
        return this.#line(
          `🔐 ${event.shown}\n${this.#paint('bold', `/approve ${event.id}  or  /deny ${event.id}`)}`,
        );
      case 'decision':
        return this.#line(
          [`  ${event.outcome}`, event.reach, event.by && `by ${event.by}`].filter(Boolean).join(', '),
        );
      case 'reply':
        return this.#reply(event);
      case 'status':
        return '';
    }
  }

  #step({ text, calls }: StepEvent): string {
    if (text) this.#said.push(text);
    const further = this.#text(this.#streamed.finish(text));
    const lines = calls.map(({ name, input }) =>
      this.#line(this.#paint('dim', `  → ${name} ${short(JSON.stringify(input))}`)),
    );
    return [further, ...lines].join('');
  }

  /** Its end repeats what the steps said: only what it adds is written. */
  #reply({ text, status, files = [], buttons = [] }: ReplyEvent): string {
    // A command is answered beside the turn that runs.
    const isCommand = status === 'command';
    const rest = isCommand ? text : (textAfter(text, this.#said) ?? text);
    if (!isCommand) {
      this.#said = [];
      this.#streamed.reset();
    }
    const also = [
      ...files.map(({ name }) => `[file ${name}]`),
      ...buttons.map(({ label, value }) => `[${label}: ${value}]`),
    ];
    return (
      [rest, ...also]
        .filter(Boolean)
        .map((line) => this.#line(line))
        .join('') + this.#end()
    );
  }

  #text(text: string): string {
    if (text === '') return '';
    const shown = printable(text);
    this.#isInLine = !shown.endsWith('\n');
    return shown;
  }

  #line(text: string): string {
    return `${this.#end()}${text}\n`;
  }

  #end(): string {
    const end = this.#isInLine ? '\n' : '';
    this.#isInLine = false;
    return end;
  }
}

function short(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > LONGEST ? `${line.slice(0, LONGEST).toWellFormed()}…` : line;
}
