import { eventually } from '../support/eventually.ts';
import { type Served, serve } from '../support/serve.ts';

/** One thing that a tool of test/support/holdfast.config.ts did in the world. */
export interface LedgerLine {
  tool: string;
  key: string;
  phase: 'begin' | 'end';
}

/** The world outside: what tools did is written here, and survives every kill. */
export class Ledger {
  readonly lines: LedgerLine[] = [];
  #served!: Served;

  static async start(): Promise<Ledger> {
    const ledger = new Ledger();
    ledger.#served = await serve((request, body, response) => {
      if (request.method === 'POST') ledger.lines.push(JSON.parse(body) as LedgerLine);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(ledger.lines));
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

  close(): Promise<void> {
    return this.#served.close();
  }
}
