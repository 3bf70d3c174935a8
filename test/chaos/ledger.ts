import { type Served, serve } from '../support/serve.ts';

/** One thing that a tool of the storm did in the world. */
export interface StormLine {
  tool: string;
  /** Idempotency key of the call. */
  key: string;
  /** Names the call in its dialogue. */
  tag: string;
  phase: 'begin' | 'end';
  /** Of the worker. */
  pid: number;
}

/** The world outside: what tools did is written here, and survives every kill. */
export class StormLedger {
  readonly lines: StormLine[] = [];
  #waiting: { fits: (line: StormLine) => boolean; resolve: (line: StormLine) => void }[] = [];
  #served!: Served;

  static async start(): Promise<StormLedger> {
    const ledger = new StormLedger();
    ledger.#served = await serve((request, body, response) => {
      if (request.method === 'POST') {
        const line = JSON.parse(body) as StormLine;
        ledger.lines.push(line);
        ledger.#tell(line);
      }
      response.setHeader('content-type', 'application/json');
      response.end(request.method === 'POST' ? '{}' : JSON.stringify(ledger.lines));
    });
    return ledger;
  }

  get url(): string {
    return this.#served.url;
  }

  /** Resolves with the next line that fits, before the tool hears that it was written. */
  next(fits: (line: StormLine) => boolean): Promise<StormLine> {
    return new Promise((resolve) => this.#waiting.push({ fits, resolve }));
  }

  #tell(line: StormLine): void {
    const index = this.#waiting.findIndex(({ fits }) => fits(line));
    if (index >= 0) this.#waiting.splice(index, 1)[0]?.resolve(line);
  }

  close(): Promise<void> {
    return this.#served.close();
  }
}
