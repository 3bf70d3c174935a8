/** What goes wrong with a call, once for each time it is asked for. */
export type Fault =
  | { kind: 'refuse'; status: number; body: unknown; headers: Record<string, string> }
  /** Acts, and then cuts the connection instead of answering. */
  | { kind: 'cut' }
  /** Acts, and does not answer before it is released. */
  | { kind: 'hold'; released: Promise<void> }
  | { kind: 'delay'; ms: number };

/** Faults that wait for a method, in the order in which they were asked for. */
export class Faults {
  readonly #waiting = new Map<string, Fault[]>();

  add(method: string, fault: Fault, times: number): void {
    const list = this.#waiting.get(method) ?? [];
    for (let time = 0; time < times; time++) list.push(fault);
    this.#waiting.set(method, list);
  }

  take(method: string): Fault | undefined {
    return this.#waiting.get(method)?.shift();
  }

  clear(): void {
    this.#waiting.clear();
  }
}
