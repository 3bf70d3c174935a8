import type { LanguageModel } from 'ai';
import { SUMMARY_BEGINS } from '../to-messages.ts';
import { DUE_NOTE } from '../user-content.ts';
import { readSummary } from './demo-summary.ts';

type Doable = Extract<LanguageModel, { specificationVersion: 'v4' }>;
export type DemoCallOptions = Parameters<Doable['doStream']>[0];

export interface DemoResult {
  tool: string;
  input: unknown;
  output: string;
  failed: boolean;
}

/** What the system prompt says is remembered, as `readNotes` words it. */
export interface DemoNote {
  id: string;
  text: string;
}

/** The conversation as the demo's rules need it. */
export interface DemoPrompt {
  notes: DemoNote[];
  /** What users said, oldest first, as far as a summary has kept it. */
  said: string[];
  /** Messages of users that the summary has not kept. */
  notKept: number;
  /** The user messages since the last answer. */
  open: string[];
  /** The user messages since the model last spoke or called. */
  fresh: string[];
  /** The tool results since the last answer. */
  results: DemoResult[];
  /** Whether the model has answered before. */
  hasAnswered: boolean;
}

/** Reads the prompt that the AI SDK hands to a model. An answer is an assistant message without tool calls. */
export function readPrompt(prompt: DemoCallOptions['prompt']): DemoPrompt {
  const read: DemoPrompt = {
    notes: [],
    said: [],
    notKept: 0,
    open: [],
    fresh: [],
    results: [],
    hasAnswered: false,
  };
  const inputs = new Map<string, unknown>();
  for (const { role, content } of prompt) {
    if (role === 'system') read.notes = notesIn(content);
    if (role === 'user') {
      const whole = content.map((part) => (part.type === 'text' ? part.text : '')).join('');
      const text = whole.replace(DUE_NOTE, '');
      if (text.startsWith(SUMMARY_BEGINS)) {
        const { said, count } = readSummary(text);
        read.said.push(...said);
        read.notKept = count - said.length;
        read.hasAnswered = true;
      } else for (const list of [read.said, read.open, read.fresh]) list.push(text);
    }
    if (role === 'assistant') {
      const calls = content.filter((part) => part.type === 'tool-call');
      for (const call of calls) inputs.set(call.toolCallId, call.input);
      read.fresh = [];
      if (calls.length > 0) continue;
      read.hasAnswered = true;
      read.open = [];
      read.results = [];
    }
    if (role === 'tool')
      for (const part of content)
        if (part.type === 'tool-result')
          read.results.push({
            tool: part.toolName,
            input: inputs.get(part.toolCallId),
            ...outcome(part.output),
          });
  }
  return read;
}

function notesIn(system: string): DemoNote[] {
  const lines = system.split('\n').filter((line) => line.startsWith('{"id":"'));
  return lines.map((line) => JSON.parse(line) as DemoNote);
}

type Output = Extract<
  Extract<DemoCallOptions['prompt'][number], { role: 'tool' }>['content'][number],
  { type: 'tool-result' }
>['output'];

function outcome(output: Output): Pick<DemoResult, 'output' | 'failed'> {
  if (output.type === 'text') return { output: output.value, failed: false };
  if (output.type === 'error-text') return { output: output.value, failed: true };
  return {
    output: JSON.stringify('value' in output ? output.value : null),
    failed: output.type === 'error-json',
  };
}
