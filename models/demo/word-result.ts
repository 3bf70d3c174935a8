import { CALL_CANCELLED, OUTCOME_UNKNOWN } from '../to-messages.ts';
import type { DemoResult } from './read-prompt.ts';

/** Tools whose results are words for the user. */
const AS_IT_IS = new Set([
  'wait',
  'schedule',
  'list_schedules',
  'cancel_schedule',
  'remember',
  'recall',
  'forget',
]);

/** One tool result in words: errors and unknown outcomes as what they are. */
export function wordResult({ tool, input, output, failed }: DemoResult): string {
  if (output.startsWith(OUTCOME_UNKNOWN))
    return `I do not know whether ${tool} did its work: it was lost while it ran, and I did not run it again.`;
  if (output.startsWith(CALL_CANCELLED))
    return `${tool} was cancelled before it finished; it may have acted in part.`;
  if (failed) return `${tool} did not work: ${cut(output, 500)}`;
  const { expression, url, name } = (typeof input === 'object' ? input : {}) as {
    expression?: string;
    url?: string;
    name?: string;
  };
  if (tool === 'calculator') return `${expression} = ${output}`;
  if (tool === 'current_time') return `It is ${output}.`;
  if (tool === 'delegate' && output.startsWith('Task '))
    return `A sub-agent works on it as task ${output.split(' ')[1]}. Go on, I will tell you what comes of it.`;
  if (AS_IT_IS.has(tool)) return output;
  if (tool === 'offer_choices') return 'Choose one, or say something else.';
  if (tool === 'attach_file') return `Here is ${name}.`;
  if (tool === 'fetch_url') return `This is what I found at ${url}:\n\n${cut(output, 600)}`;
  if (tool === 'write_file') return output;
  if (['shell', 'read_file', 'list_files'].includes(tool)) return fenced(cut(output, 1500));
  return `${tool} says: ${cut(output, 1500)}`;
}

/** Between fences that are longer than any in it. */
function fenced(text: string): string {
  const fence = '`'.repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return `${fence}\n${text}\n${fence}`;
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
