import type { Context } from 'hono';
import { jsonBody, valid } from '../requests.ts';
import { serverSentEvents } from '../server-sent-events.ts';
import { about, ask, type OpenAiDependencies, type Question, tellTurn, wholeTurn } from './ask.ts';
import { chatRequestSchema, saidInChat } from './chat-request.ts';
import { answerId } from './ids.ts';
import type { Piece } from './turn-text.ts';
import { chatUsage } from './usage.ts';

/** `POST /v1/chat/completions`: one turn of a conversation, in OpenAI's form. */
export async function chatCompletions(context: Context, dependencies: OpenAiDependencies): Promise<Response> {
  const request = valid(chatRequestSchema, await jsonBody(context));
  const asked = { model: request.model, said: saidInChat(request), field: 'messages' };
  const question = await ask(context, asked, dependencies);
  const tellsUsage = request.stream_options?.include_usage ?? false;
  if (request.stream) return streamed(context, question, dependencies, tellsUsage);
  const { pieces, reply } = await wholeTurn(context, question, dependencies);
  const of = (kind: Piece['kind']) => pieces.filter((piece) => piece.kind === kind).map(({ text }) => text);
  const reasoning = of('activity').join('');
  const message = {
    role: 'assistant',
    content: of('text').join(''),
    refusal: null,
    ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
  };
  return context.json({
    ...headOf(question, 'chat.completion'),
    choices: [{ index: 0, message, finish_reason: 'stop', logprobs: null }],
    usage: chatUsage(reply.usage),
    holdfast: about(question, reply),
  });
}

function streamed(
  context: Context,
  question: Question,
  dependencies: OpenAiDependencies,
  tellsUsage: boolean,
): Response {
  const head = headOf(question, 'chat.completion.chunk');
  const noUsage = tellsUsage ? { usage: null } : {};
  const chunk = (delta: object, finish_reason: 'stop' | null = null) => ({
    ...head,
    choices: [{ index: 0, delta, finish_reason, logprobs: null }],
    ...noUsage,
  });
  return serverSentEvents(context, async (write, signal) => {
    const send = (data: object) => write({ data: JSON.stringify(data) });
    await send(chunk({ role: 'assistant', content: '' }));
    const reply = await tellTurn(context, question, dependencies, signal, ({ kind, text }) => {
      void send(chunk(kind === 'text' ? { content: text } : { reasoning_content: text }));
    });
    if (!reply) return;
    await send({ ...chunk({}, 'stop'), holdfast: about(question, reply) });
    if (tellsUsage) await send({ ...head, choices: [], usage: chatUsage(reply.usage) });
    await write({ data: '[DONE]' });
  });
}

function headOf<O extends string>({ taken, model, created }: Question, object: O) {
  return { id: answerId('chatcmpl-', taken), object, created, model };
}
