import type { TextStreamPart, ToolSet } from 'ai';
import type { Json } from '../contract/json.ts';
import type { AssistantPart } from '../contract/transcript.ts';

/** A tool call as it came; `invalid` when its arguments were not JSON, or too deep, or no tool has its name. */
export interface ReceivedCall {
  id: string;
  name: string;
  input: Json;
  invalid: boolean;
}

/** Levels of arguments. What walks through them later does so by recursion. */
const DEEPEST = 100;

type SpokenPart = Extract<AssistantPart, { type: 'text' | 'reasoning' }>;

type ProviderOptions = NonNullable<AssistantPart['providerOptions']>;

/** Names and ids that every provider takes back. */
const TOOL_NAME = /^[A-Za-z0-9_-]{1,64}$/;
const CALL_ID = /^[A-Za-z0-9_-]{1,64}$/;

/** Collects the parts of one streamed step as the transcript keeps them. */
export class StepContent {
  readonly calls: ReceivedCall[] = [];
  readonly #parts: AssistantPart[] = [];
  readonly #open = new Map<string, SpokenPart>();
  readonly #usedIds: Set<string>;

  constructor(usedIds: Iterable<string>) {
    this.#usedIds = new Set(usedIds);
  }

  /** An empty part is kept only if it carries provider data (Gemini signs the end of its text with one). */
  get parts(): AssistantPart[] {
    return this.#parts.filter(
      (part) => part.type === 'tool-call' || part.text !== '' || part.providerOptions,
    );
  }

  add(part: TextStreamPart<ToolSet>): void {
    switch (part.type) {
      case 'text-start':
      case 'text-delta':
      case 'text-end':
        return this.#speak('text', part);
      case 'reasoning-start':
      case 'reasoning-delta':
      case 'reasoning-end':
        return this.#speak('reasoning', part);
      case 'tool-call':
        if (!part.providerExecuted) this.#call(part);
    }
  }

  #speak(
    kind: SpokenPart['type'],
    part: { type: string; id: string; text?: string; providerMetadata?: unknown },
  ): void {
    const key = `${kind} ${part.id}`;
    const spoken = this.#open.get(key) ?? this.#begin(kind, key);
    spoken.text += part.text ?? '';
    // The newest is the whole: Anthropic's signature comes with a late delta, OpenAI's encrypted reasoning with the end.
    if (part.providerMetadata) spoken.providerOptions = json(part.providerMetadata) as ProviderOptions;
    if (part.type.endsWith('-end')) this.#open.delete(key);
  }

  #begin(type: SpokenPart['type'], key: string): SpokenPart {
    const spoken: SpokenPart = { type, text: '' };
    this.#open.set(key, spoken);
    this.#parts.push(spoken);
    return spoken;
  }

  #call(part: Extract<TextStreamPart<ToolSet>, { type: 'tool-call' }>): void {
    const id = this.#uniqueId(part.toolCallId);
    const isDeep = isDeeperThan(DEEPEST, part.input);
    const received: unknown = isDeep ? '(nested too deep)' : part.input;
    // Providers take back only objects, so anything else is kept under a key, for the model to see what it wrote.
    const isObject = typeof received === 'object' && received !== null && !Array.isArray(received);
    const input: Json = isObject ? json(received) : { arguments: json(received ?? null) };
    const providerOptions = part.providerMetadata
      ? { providerOptions: json(part.providerMetadata) as ProviderOptions }
      : {};
    this.#parts.push({
      type: 'tool-call',
      toolCallId: id,
      // There is no tool of any other name, and a provider that reads one refuses the conversation from then on.
      toolName: TOOL_NAME.test(part.toolName) ? part.toolName : 'unknown_tool',
      input,
      ...providerOptions,
    });
    this.calls.push({ id, name: part.toolName, input, invalid: isDeep || part.invalid === true });
  }

  /** Some servers send no ids, or count from zero in every answer. */
  #uniqueId(wanted: string): string {
    const base = CALL_ID.test(wanted) ? wanted : 'call';
    let id = base;
    for (let n = 2; this.#usedIds.has(id); n++) id = `${base.slice(0, 56)}_${n}`;
    this.#usedIds.add(id);
    return id;
  }
}

function isDeeperThan(most: number, value: unknown): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > most) return true;
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
  }
  return false;
}

/** The value without what JSON drops (undefined, class instances). */
function json(value: unknown): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}
