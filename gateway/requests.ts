import type { Context } from 'hono';
import type { z } from 'zod';
import {
  type ConversationId,
  InvalidConversationId,
  parseConversationId,
  workflowIdOf,
} from '../contract/conversation-id.ts';
import { HttpError } from './errors.ts';

type Issue = z.core.$ZodIssue;

/** Reads a conversation id as the HTTP API has it. Throws a 400. */
export function readConversationId(id: string, field?: string): ConversationId {
  try {
    return parseConversationId(id);
  } catch (error) {
    if (!(error instanceof InvalidConversationId)) throw error;
    const message = field === undefined ? error.message : `${field}: ${error.message}`;
    throw new HttpError(400, 'invalid_conversation', message, field === undefined ? {} : { field });
  }
}

/** The JSON of a request. Throws a 400 or 415. */
export async function jsonBody(context: Context): Promise<unknown> {
  const type = context.req.header('content-type') ?? '';
  // Also keeps out pages elsewhere, which can post forms and plain text without asking first.
  if (!/^application\/json\b/i.test(type))
    throw new HttpError(415, 'unsupported_media_type', 'send the body as `content-type: application/json`');
  try {
    return await context.req.json();
  } catch (error) {
    if (error instanceof SyntaxError) throw new HttpError(400, 'invalid_json', 'the body is not valid JSON');
    throw error;
  }
}

/** The value as the schema has it; throws a 400 that names each field and the fix. `field` is the name of the value itself. */
export function valid<S extends z.ZodType>(schema: S, value: unknown, field?: string): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const above = field === undefined ? [] : [field];
  const issues = parsed.error.issues.map(mostTelling);
  const pathOf = ({ path }: Issue) => [...above, ...path].join('.');
  const lines = issues.map((issue) => [pathOf(issue), issue.message].filter(Boolean).join(': '));
  const first = issues[0] && pathOf(issues[0]);
  throw new HttpError(400, 'invalid_request', lines.join('; '), first ? { field: first } : {});
}

/** Where a value fits none of several forms: what is wrong with it as the one that it comes closest to. */
function mostTelling(issue: Issue): Issue {
  if (issue.code !== 'invalid_union') return issue;
  const inside = issue.errors.flat().map(mostTelling);
  const [deepest] = inside.sort((one, other) => other.path.length - one.path.length);
  if (!deepest || deepest.path.length === 0) return issue;
  return { ...deepest, path: [...issue.path, ...deepest.path] };
}

/** The workflow id that the path of a request names. Throws a 400. */
export function workflowIdIn(context: Context): string {
  return workflowIdOf(readConversationId(context.req.param('id') ?? ''));
}

export function noConversation(workflowId: string): HttpError {
  return new HttpError(404, 'not_found', `there is no conversation ${workflowId}`);
}
