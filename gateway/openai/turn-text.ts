import type { LiveDelta } from '../../contract/live.ts';
import {
  type AssistantEntry,
  type Entry,
  type ReplyEntry,
  textOf,
  toolCallsOf,
} from '../../contract/transcript.ts';

/** A piece of what a turn says, or of what it does besides. */
export interface Piece {
  kind: 'text' | 'activity';
  text: string;
}

interface LiveStep {
  step: number;
  attempt: number;
  text: string;
}

const BREAK = '\n\n';

/** What a turn says, told in pieces that can only be added: whoever reads them can take nothing back. */
export class TurnText {
  /** What is certain, paragraph by paragraph. */
  readonly #certain: string[] = [];
  readonly #steps: string[] = [];
  /** The step that is being written. */
  #live: LiveStep | undefined;
  #told = '';

  /** The next entry of the turn. */
  take(entry: Entry): Piece[] {
    switch (entry.kind) {
      case 'assistant':
        return this.#takeStep(entry);
      case 'tool':
        return activity(`${entry.name}: ${entry.outcome === 'ok' ? '' : `${entry.outcome} `}${entry.output}`);
      case 'approval':
        // Who asks for a task does not hold up the turn.
        return entry.task === undefined ? this.#say(entry.text) : [];
      case 'reply':
        return this.#end(entry);
      default:
        return [];
    }
  }

  /** A piece of a step that is being written; after a gap the step waits for its entry. */
  add({ step, attempt, offset, text }: LiveDelta): Piece[] {
    const known = this.#live?.step === step ? this.#live : undefined;
    if (step <= this.#steps.length || (known && attempt < known.attempt)) return [];
    const before = known?.attempt === attempt ? known.text : '';
    if (offset > before.length) return [];
    this.#live = { step, attempt, text: before + text.slice(before.length - offset) };
    return this.#grown();
  }

  #takeStep({ content }: AssistantEntry): Piece[] {
    const text = textOf(content);
    this.#steps.push(text);
    this.#live = undefined;
    const called = toolCallsOf(content).flatMap(({ toolName, input }) =>
      activity(`${toolName} ${JSON.stringify(input)}`),
    );
    return [...this.#say(text), ...called];
  }

  /** The reply repeats what the steps said; only what it adds is told. */
  #end({ text, files = [], buttons = [] }: ReplyEntry): Piece[] {
    this.#live = undefined;
    const lines = [
      after(text, this.#steps),
      ...files.map(({ name, url }) => (url.startsWith('data:') ? `File: ${name}` : `[${name}](${url})`)),
      ...buttons.map(({ label, value }) => (label === value ? `- ${label}` : `- ${label}: ${value}`)),
    ];
    return this.#say(lines.filter(Boolean).join('\n'));
  }

  #say(text: string): Piece[] {
    if (text !== '') this.#certain.push(text);
    return this.#grown();
  }

  #grown(): Piece[] {
    const certain = this.#certain.join(BREAK);
    const whole = [certain, this.#live?.text.trim()].filter(Boolean).join(BREAK);
    let piece = '';
    if (!this.#told.startsWith(certain)) {
      piece = certain.startsWith(this.#told) ? certain.slice(this.#told.length) : this.#toldAgain(certain);
      this.#told = certain;
    }
    if (whole.startsWith(this.#told)) {
      piece += whole.slice(this.#told.length);
      this.#told = whole;
    }
    return piece === '' ? [] : [{ kind: 'text', text: piece }];
  }

  /** A second attempt said something else than what was told of the first: its paragraphs from there on. */
  #toldAgain(certain: string): string {
    let same = 0;
    while (certain[same] === this.#told[same]) same += 1;
    const paragraph = certain.slice(0, same).lastIndexOf(BREAK);
    return BREAK + certain.slice(paragraph < 0 ? 0 : paragraph + BREAK.length);
  }
}

function activity(text: string): Piece[] {
  return [{ kind: 'activity', text: `${text}\n` }];
}

/** What the whole says after the steps, white space aside; all of it if it does not begin with them. */
function after(whole: string, steps: string[]): string {
  let rest = whole.trim();
  for (const step of steps) {
    if (!rest.startsWith(step)) return whole.trim();
    rest = rest.slice(step.length).trim();
  }
  return rest;
}
