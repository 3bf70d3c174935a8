import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import type { ConversationId } from '../../contract/conversation-id.ts';
import { MAX_EVENT_ID } from '../../contract/message.ts';
import type { ReplyEntry } from '../../contract/transcript.ts';
import { HttpError } from '../errors.ts';
import type { EventStreamDependencies } from '../event-stream.ts';
import { readConversationId } from '../requests.ts';
import { type TakeDependencies, type TakenMessage, takeMessage } from '../take-message.ts';
import { begunWith } from './earlier.ts';
import { followTurn } from './follow-turn.ts';
import { agentOf } from './models.ts';
import { newest, type Said } from './said.ts';
import type { Piece } from './turn-text.ts';

export interface OpenAiDependencies extends EventStreamDependencies, TakeDependencies {
  /** Names of the agents. */
  agents: readonly string[];
}

/** The header that names the conversation, as URL-encoded as in the paths of /v1; each answer has it too. */
const CONVERSATION = 'x-holdfast-conversation';
/** The header that has tool calls shown: `shown`. */
const ACTIVITY = 'x-holdfast-activity';
/** How long a request waits that is not streamed. The official clients wait ten minutes. */
const LONGEST_WAIT_MS = 590_000;

interface Asked {
  model: string;
  said: Said[];
  /** Where in the request that is. */
  field: string;
  /** The conversation that the body names. */
  named?: ConversationId | undefined;
}

/** A request whose message is stored. */
export interface Question {
  taken: TakenMessage;
  /** To be called once its turn is told. */
  leave(): void;
  model: string;
  /** In seconds since the epoch. */
  created: number;
}

/** Stores what is new in a request, in the conversation that it names. The header `idempotency-key` is the message's id. */
export async function ask(
  context: Context,
  { model, said, field, named }: Asked,
  dependencies: OpenAiDependencies,
): Promise<Question> {
  const agent = agentOf(model, dependencies.agents);
  const { text, earlier } = newest(said, field);
  const id = context.req.header('idempotency-key') || undefined;
  if (id !== undefined && id.length > MAX_EVENT_ID)
    throw new HttpError(
      400,
      'invalid_request',
      `idempotency-key: must be at most ${MAX_EVENT_ID} characters`,
    );
  const conversation = namedInHeader(context) ?? named ?? newConversation(id);
  const begins = begunWith(earlier);
  const leave = dependencies.watchers.enter();
  try {
    const taken = await takeMessage(
      { conversation, id, text, ...(agent === undefined ? {} : { agent }), ...(begins ? { begins } : {}) },
      dependencies,
    );
    context.header(CONVERSATION, encodeURIComponent(taken.conversation));
    return { taken, leave, model, created: Math.floor(Date.now() / 1000) };
  } catch (error) {
    leave();
    throw error;
  }
}

/** Without a conversation, each request has its own; one that is repeated finds the same again by its key. */
function newConversation(key: string | undefined): ConversationId {
  const name = key === undefined ? crypto.randomUUID() : createHash('sha256').update(key).digest('base64url');
  return { platform: 'web', conversation: `openai-${name}` };
}

function namedInHeader(context: Context): ConversationId | undefined {
  const given = context.req.header(CONVERSATION);
  if (given === undefined) return undefined;
  let id: string;
  try {
    id = decodeURIComponent(given);
  } catch {
    throw new HttpError(400, 'invalid_conversation', `${CONVERSATION}: is not URL-encoded`);
  }
  return readConversationId(id, CONVERSATION);
}

/** Tells the pieces of the turn that the caller wants to see. Resolves with its reply, or undefined if the caller is gone first. */
export function tellTurn(
  context: Context,
  { taken, leave }: Question,
  dependencies: OpenAiDependencies,
  signal: AbortSignal,
  tell: (piece: Piece) => void,
): Promise<ReplyEntry | undefined> {
  const shown = context.req.header(ACTIVITY) === 'shown';
  return followTurn(taken, dependencies, signal, (piece) => {
    if (shown || piece.kind === 'text') tell(piece);
  }).finally(leave);
}

/** The whole turn at once. Throws a 504 if it takes longer than the official clients wait. */
export async function wholeTurn(
  context: Context,
  question: Question,
  dependencies: OpenAiDependencies,
): Promise<{ pieces: Piece[]; reply: ReplyEntry }> {
  const pieces: Piece[] = [];
  const signal = AbortSignal.any([AbortSignal.timeout(LONGEST_WAIT_MS), context.req.raw.signal]);
  const reply = await tellTurn(context, question, dependencies, signal, (piece) => pieces.push(piece));
  if (!reply)
    throw new HttpError(
      504,
      'still_running',
      'The turn goes on. Repeat the request with the same idempotency-key to get its reply.',
    );
  return { pieces, reply };
}

/** What an answer says beyond OpenAI's form. */
export function about({ taken }: Question, { turn, status }: ReplyEntry) {
  return { conversation: taken.conversation, message: taken.message, turn, status };
}
