import { eventually } from '../support/eventually.ts';
import { Moments } from '../support/moments.ts';
import { type Served, serve } from '../support/serve.ts';

/** One thing that a tool of test/support/ledger-tool.ts did in the world. */
export interface LedgerLine {
  tool: string;
  key: string;
  phase: 'begin' | 'end';
  /** Names the call, if who asked for it gave it a name. */
  tag?: string;
  /** Of the worker. */
  pid?: number;
}

/** The world outside: what tools did is written here, and survives every kill. */
export class Ledger {
  readonly lines: LedgerLine[] = [];
  readonly #moments = new Moments<LedgerLine>();
  #served!: Served;

  static async start(): Promise<Ledger> {
    const ledger = new Ledger();
    ledger.#served = await serve((request, body, response) => {
      if (request.method === 'POST') ledger.#write(JSON.parse(body) as LedgerLine);
      response.setHeader('content-type', 'application/json');
      response.end(request.method === 'POST' ? '{}' : JSON.stringify(ledger.lines));
    });
    return ledger;
  }

  get url(): string {
    return this.#served.url;
  }

  of(tool: string, phase: LedgerLine['phase']): LedgerLine[] {
    return this.lines.filter((line) => line.tool === tool && line.phase === phase);
  }

  /** Resolves when the tool has begun for the `times`th time. */
  async begun(tool: string, times = 1): Promise<void> {
    await eventually(() => this.of(tool, 'begin').length >= times, { what: `${tool} begins (${times})` });
  }

  /** Resolves with the next line that fits, before the tool hears that it was written; with undefined after `ms`. */
  next(fits: (line: LedgerLine) => boolean, ms: number): Promise<LedgerLine | undefined> {
    return this.#moments.next(fits, ms);
  }

  #write(line: LedgerLine): void {
    this.lines.push(line);
    this.#moments.tell(line);
  }

  close(): Promise<void> {
    return this.#served.close();
  }
}
