import { z } from 'zod';
import { HttpError } from '../errors.ts';

/** What one of a request's messages says. */
export interface Said {
  /** `system` is also what OpenAI calls `developer`. */
  role: 'system' | 'user' | 'assistant';
  text: string;
}

const part = z
  .looseObject({
    type: z.enum(
      ['text', 'input_text', 'output_text', 'refusal'],
      'only text is taken; leave out pictures, sound and files',
    ),
    text: z.string().optional(),
    refusal: z.string().optional(),
  })
  .refine((given) => given.text !== undefined || given.refusal !== undefined, 'must have a text');

/** A message's content, as text or as parts of it. */
export const contentSchema = z.union([z.string(), z.array(part)]);

export function textOf(content: z.output<typeof contentSchema>): string {
  if (typeof content === 'string') return content;
  return content.map(({ text, refusal }) => text ?? refusal).join('');
}

/** Something of OpenAI's API that a conversation cannot do: it may be there as long as it asks for nothing. */
export function notTaken(fix: string) {
  const asksNothing = (value: unknown) =>
    value === null || value === false || (Array.isArray(value) && value.length === 0);
  return z.unknown().refine(asksNothing, `is not taken here: ${fix}`).optional();
}

/**
 * Apart: what is new, which is all that the user said since the agent last spoke, and all before it. Throws a 400 if nothing is new.
 */
export function newest(said: Said[], field: string): { text: string; earlier: Said[] } {
  const since = said.slice(said.findLastIndex(({ role }) => role === 'assistant') + 1);
  const fresh = since.filter(({ role, text }) => role === 'user' && text.trim() !== '');
  if (fresh.length === 0)
    throw new HttpError(400, 'invalid_request', `${field}: must end with a message of the user`, { field });
  const earlier = said.filter((one) => !fresh.includes(one));
  return { text: fresh.map(({ text }) => text).join('\n\n'), earlier };
}
