import {
  allHandlersFinished,
  condition,
  continueAsNew,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import {
  type Fact,
  type Forgetting,
  facts,
  forget,
  MAX_FACTS,
  MEMORY_STATE,
  type MemoryState,
  type Note,
  type Remembered,
  remember,
} from '../contract/memory.ts';
import type { Written } from '../contract/schema.ts';
import { shouldContinueAsNew } from './run-length.ts';

/** Writes whose repeats are recognised: a repeat comes within minutes. */
const WINDOW = 200;

/** What is remembered of one person or one conversation. Workflow id: `memory/{owner}`. */
export async function memory(start: MemoryState & Written): Promise<void> {
  const { historySize: startBytes } = workflowInfo();
  const kept = new Facts(MEMORY_STATE.read(start));
  setHandler(facts, () => kept.all);
  setHandler(remember, (note) => kept.remember(note));
  setHandler(forget, (what) => kept.forget(what));
  // What was forgotten is not to stay in the history of a workflow that never ends.
  await condition(() => (kept.forgot || shouldContinueAsNew(startBytes)) && allHandlersFinished());
  await continueAsNew<typeof memory>(MEMORY_STATE.write(kept.carried()));
}

class Facts {
  /** Something was forgotten in this run. */
  forgot = false;
  readonly #owner: MemoryState['owner'];
  readonly #done: Map<string, Remembered | string[]>;
  #facts: Fact[];
  #written: number;

  constructor({ owner, facts: kept, written, done }: MemoryState) {
    this.#owner = owner;
    this.#facts = kept;
    this.#written = written;
    this.#done = new Map(done.map(({ key, result }) => [key, result]));
  }

  get all(): Fact[] {
    return this.#facts;
  }

  remember({ text, by, key }: Note): Remembered {
    return this.#once(key, () => {
      const known = this.#facts.find((fact) => fact.text === text);
      if (known) return { id: known.id, known: true };
      if (this.#facts.length >= MAX_FACTS) return { full: true };
      this.#written += 1;
      const id = `${this.#owner.startsWith('person/') ? 'p' : 'c'}${this.#written}`;
      this.#facts = [...this.#facts, { id, text, at: Date.now(), by }];
      return { id };
    });
  }

  forget({ ids, key }: Forgetting): string[] {
    return this.#once(key, () => {
      const gone = this.#facts.map(({ id }) => id).filter((id) => ids?.includes(id) ?? true);
      this.#facts = this.#facts.filter(({ id }) => !gone.includes(id));
      this.forgot ||= gone.length > 0;
      return gone;
    });
  }

  carried(): MemoryState {
    const done = [...this.#done].slice(-WINDOW).map(([key, result]) => ({ key, result }));
    return { owner: this.#owner, facts: this.#facts, written: this.#written, done };
  }

  /** A repeat must not do again what was undone since: a fact that was forgotten does not come back. */
  #once<Result extends Remembered | string[]>(key: string, write: () => Result): Result {
    const before = this.#done.get(key);
    if (before !== undefined) return before as Result;
    const result = write();
    this.#done.set(key, result);
    return result;
  }
}
