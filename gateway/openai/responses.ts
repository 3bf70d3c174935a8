import type { Context } from 'hono';
import type { ConversationId } from '../../contract/conversation-id.ts';
import type { ReplyEntry } from '../../contract/transcript.ts';
import { HttpError } from '../errors.ts';
import { jsonBody, readConversationId, valid } from '../requests.ts';
import { serverSentEvents } from '../server-sent-events.ts';
import { about, ask, type OpenAiDependencies, type Question, tellTurn, wholeTurn } from './ask.ts';
import { answerId, conversationOfResponse } from './ids.ts';
import { OutputItems } from './output-items.ts';
import { type ResponsesRequest, responsesRequestSchema, saidInInput } from './responses-request.ts';
import { responsesUsage } from './usage.ts';

/** `POST /v1/responses`: one turn of a conversation, in OpenAI's form. */
export async function responses(context: Context, dependencies: OpenAiDependencies): Promise<Response> {
  const request = valid(responsesRequestSchema, await jsonBody(context));
  const named = namedIn(request);
  const asked = { model: request.model, said: saidInInput(request), field: 'input', named };
  const question = await ask(context, asked, dependencies);
  if (request.stream) return streamed(context, request, question, dependencies);
  const { pieces, reply } = await wholeTurn(context, question, dependencies);
  const items = new OutputItems(question.taken.message, () => {});
  for (const piece of pieces) items.add(piece);
  items.end();
  return context.json(responseOf(request, question, items, reply));
}

function namedIn({ conversation, previous_response_id }: ResponsesRequest): ConversationId | undefined {
  if (conversation && previous_response_id)
    throw new HttpError(400, 'invalid_request', 'previous_response_id: leave it out, or conversation', {
      field: 'previous_response_id',
    });
  if (previous_response_id) return conversationOfResponse(previous_response_id, 'previous_response_id');
  if (!conversation) return undefined;
  return readConversationId(
    typeof conversation === 'string' ? conversation : conversation.id,
    'conversation',
  );
}

function streamed(
  context: Context,
  request: ResponsesRequest,
  question: Question,
  dependencies: OpenAiDependencies,
): Response {
  return serverSentEvents(context, async (write, signal) => {
    let sequence = 0;
    const send = (event: string, data: object) => {
      const written = write({
        event,
        data: JSON.stringify({ type: event, sequence_number: sequence, ...data }),
      });
      sequence += 1;
      return written;
    };
    const items = new OutputItems(question.taken.message, (type, data) => void send(type, data));
    await send('response.created', { response: responseOf(request, question, items) });
    await send('response.in_progress', { response: responseOf(request, question, items) });
    const reply = await tellTurn(context, question, dependencies, signal, (piece) => items.add(piece));
    if (!reply) return;
    items.end();
    await send('response.completed', { response: responseOf(request, question, items, reply) });
  });
}

function responseOf(request: ResponsesRequest, question: Question, items: OutputItems, reply?: ReplyEntry) {
  const { taken, model, created } = question;
  return {
    id: answerId('resp_', taken),
    object: 'response',
    created_at: created,
    status: reply ? 'completed' : 'in_progress',
    background: false,
    error: null,
    incomplete_details: null,
    instructions: request.instructions ?? null,
    max_output_tokens: null,
    metadata: {},
    model,
    output: items.done,
    parallel_tool_calls: true,
    previous_response_id: request.previous_response_id ?? null,
    conversation: { id: taken.conversation },
    store: true,
    temperature: null,
    text: { format: { type: 'text' } },
    tool_choice: 'auto',
    tools: [],
    top_p: null,
    truncation: 'disabled',
    usage: reply ? responsesUsage(reply.usage) : null,
    ...(reply ? { holdfast: about(question, reply) } : {}),
  };
}
