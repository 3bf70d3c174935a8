import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { z } from 'zod';
import { UserError } from '../../user-error.ts';

/** One session of a Hermes gateway: what the next message at its place would go on with. */
export interface HermesSession {
  id: string;
  /** Where it is, in Hermes's own words: `agent:main:telegram:dm:42`. */
  key: string;
  /** `telegram`, `whatsapp_cloud`, … */
  platform: string;
  chatId: string;
  /** `dm`, `group`, `channel` or `thread`. */
  chatType: string;
  threadId?: string;
  user?: { id: string; name?: string };
  messages: HermesMessage[];
}

export interface HermesMessage {
  /** Of its row. */
  id: number;
  role: string;
  /** Text, or parts as OpenAI's API has them. */
  content: unknown;
  toolCalls: unknown;
  toolCallId?: string;
  toolName?: string;
  /** In ms since the epoch. */
  at: number;
}

/** Stands before content that is no text but JSON. */
const AS_JSON = '\u0000json:';
/** A session that was compacted goes on in another one; a chain of them is never longer. */
const LONGEST_CHAIN = 100;

/** Of each place the session that Hermes's router names, or else the newest one. */
const SESSIONS = `
  SELECT session_key AS key, COALESCE(
    (SELECT json_extract(entry_json, '$.session_id') FROM gateway_routing routed
      WHERE routed.session_key = sessions.session_key ORDER BY updated_at DESC LIMIT 1),
    (SELECT id FROM sessions newest
      WHERE newest.session_key = sessions.session_key ORDER BY started_at DESC, id DESC LIMIT 1)) AS id
  FROM sessions WHERE session_key IS NOT NULL GROUP BY session_key ORDER BY session_key`;
/** What a compacted session goes on as: neither a branch of it nor a sub-agent. */
const NEXT = `
  SELECT child.id FROM sessions parent JOIN sessions child ON child.parent_session_id = parent.id
  WHERE parent.id = ? AND parent.end_reason = 'compression' AND COALESCE(child.source, '') != 'tool'
    AND json_extract(COALESCE(child.model_config, '{}'), '$._branched_from') IS NULL
    AND json_extract(COALESCE(child.model_config, '{}'), '$._delegate_from') IS NULL
  ORDER BY CASE WHEN child.end_reason = 'compression' THEN 0 WHEN child.ended_at IS NULL THEN 1 ELSE 2 END,
    child.started_at DESC, child.id DESC LIMIT 1`;
/** Its place is that of the session which has the key: what one goes on as may not have been given one yet. */
const SESSION = `
  SELECT keyed.source, keyed.chat_id, keyed.chat_type, keyed.thread_id, keyed.user_id, keyed.origin_json, newest.ended_at
  FROM sessions keyed JOIN sessions newest ON newest.id = ? WHERE keyed.id = ?`;
/** Those that were taken back or compacted are not active. */
const MESSAGES = `
  SELECT id, role, content, tool_calls, tool_call_id, tool_name, timestamp
  FROM messages WHERE session_id = ? AND active = 1 ORDER BY id`;

const sessionRow = z.object({
  source: z.string(),
  chat_id: z.string().nullable(),
  chat_type: z.string().nullable(),
  thread_id: z.string().nullable(),
  user_id: z.string().nullable(),
  origin_json: z.string().nullable(),
  ended_at: z.number().nullable(),
});
const messageRow = z.object({
  id: z.number(),
  role: z.string(),
  content: z.union([z.string(), z.number(), z.null()]),
  tool_calls: z.string().nullable(),
  tool_call_id: z.string().nullable(),
  tool_name: z.string().nullable(),
  timestamp: z.number(),
});
const originName = z.object({ user_name: z.string().nullish() });

/**
 * The sessions of a Hermes gateway that would go on, from its `state.db`, which is only read; Hermes may run. Those that it has ended
 * have none: the next message begins anew there. Throws a UserError for a file that is no such database.
 */
export function readSessions(file: string): HermesSession[] {
  const database = open(file);
  try {
    const found = database.prepare(SESSIONS).all();
    return found.flatMap(({ key, id }) => readSession(database, String(key), String(id)) ?? []);
  } catch (error) {
    throw new UserError(
      `${file}: is not a database of Hermes Agent 0.19 or later (${(error as Error).message}). Start a current Hermes once with it, which brings it up to date.`,
    );
  } finally {
    database.close();
  }
}

function open(file: string): DatabaseSync {
  try {
    return new DatabaseSync(file, { readOnly: true });
  } catch (error) {
    throw new UserError(
      `${file}: cannot be read (${(error as Error).message}). It is Hermes's state.db, as a rule in ~/.hermes.`,
    );
  }
}

function readSession(database: DatabaseSync, key: string, first: string): HermesSession | undefined {
  const id = newestOf(database, first);
  const row = database.prepare(SESSION).get(id, first);
  if (!row) return undefined;
  const { source, chat_id, chat_type, thread_id, user_id, origin_json, ended_at } = sessionRow.parse(row);
  if (ended_at !== null) return undefined;
  const name = originName.safeParse(json(origin_json)).data?.user_name;
  return {
    id,
    key,
    platform: source.toLowerCase(),
    chatId: chat_id ?? '',
    chatType: chat_type ?? 'dm',
    ...(thread_id ? { threadId: thread_id } : {}),
    ...(user_id ? { user: { id: user_id, ...(name ? { name } : {}) } } : {}),
    messages: database.prepare(MESSAGES).all(id).map(readMessage),
  };
}

function newestOf(database: DatabaseSync, first: string): string {
  const next = database.prepare(NEXT);
  let id = first;
  for (let link = 0; link < LONGEST_CHAIN; link += 1) {
    const following = next.get(id)?.id;
    if (typeof following !== 'string') break;
    id = following;
  }
  return id;
}

function readMessage(row: Record<string, SQLOutputValue>): HermesMessage {
  const { id, role, content, tool_calls, tool_call_id, tool_name, timestamp } = messageRow.parse(row);
  const isJson = typeof content === 'string' && content.startsWith(AS_JSON);
  return {
    id,
    role,
    content: isJson ? json(content.slice(AS_JSON.length)) : String(content ?? ''),
    toolCalls: json(tool_calls),
    ...(tool_call_id ? { toolCallId: tool_call_id } : {}),
    ...(tool_name ? { toolName: tool_name } : {}),
    at: Math.round(timestamp * 1000),
  };
}

/** What cannot be read is as if it were not there: one bad field must not keep a person's whole conversation back. */
function json(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
