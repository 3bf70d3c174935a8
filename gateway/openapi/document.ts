import { z } from 'zod';
import { createDocument, type ZodOpenApiOperationObject } from 'zod-openapi';
import {
  actionSchema,
  cursorSchema,
  decisionSchema,
  filterSchema,
  messageSchema,
  waitSchema,
} from '../api-requests.ts';
import { chatRequestSchema } from '../openai/chat-request.ts';
import { responsesRequestSchema } from '../openai/responses-request.ts';
import {
  answeredSchema,
  approvalsSchema,
  conversationSchema,
  errorSchema,
  listSchema,
  takenSchema,
} from './conversation-schemas.ts';
import {
  completionSchema,
  modelSchema,
  modelsSchema,
  openAiErrorSchema,
  responseSchema,
} from './openai-schemas.ts';

const id = z.string().meta({
  description: 'Workflow id; one without a slash belongs to the platform `web`.',
  example: 'telegram/-100123/42',
});
const ofConversation = { path: z.object({ id }) };
const ofProgram = {
  header: z.object({
    'x-holdfast-conversation': z
      .string()
      .optional()
      .meta({ description: 'Names the conversation, URL-encoded. A new one if not given.' }),
    'idempotency-key': z
      .string()
      .max(256)
      .optional()
      .meta({ description: 'Id of the message: sent again with the same one, it is taken in once.' }),
    'x-holdfast-activity': z
      .enum(['shown'])
      .optional()
      .meta({ description: 'Tells what tools do, as reasoning.' }),
  }),
};

const json = (schema: z.ZodType) => ({ 'application/json': { schema } });
const answer = (description: string, schema: z.ZodType) => ({ description, content: json(schema) });
const stream = (description: string, schema: z.ZodType) => ({
  description,
  content: { ...json(schema), 'text/event-stream': { schema: z.string() } },
});

const waiting = { ...ofConversation, query: z.object({ wait: waitSchema }) };
const taken = {
  200: answer('The reply came in time', answeredSchema),
  202: answer('It is stored', takenSchema),
};

/** An operation with the errors that each can end with. */
function operation(
  { responses, ...rest }: ZodOpenApiOperationObject,
  error: z.ZodType = errorSchema,
): ZodOpenApiOperationObject {
  const errors = {
    '4XX': answer('It cannot be done as it is asked for; the message says why.', error),
    '5XX': answer('Send it again, with the same id.', error),
  };
  return { ...rest, responses: { ...responses, ...errors } };
}

/** The OpenAPI description of `/v1`, made of the schemas that requests are checked with. */
export function describeApi() {
  return createDocument({
    openapi: '3.1.1',
    info: { title: 'holdfast', version: '1', description: 'Durable conversations with AI agents.' },
    servers: [{ url: '/' }],
    security: [{ key: [] }],
    components: {
      securitySchemes: {
        key: {
          type: 'http',
          scheme: 'bearer',
          description: 'One of HOLDFAST_API_KEYS; without any, only the same machine is answered.',
        },
      },
    },
    paths: {
      '/v1/conversations': {
        get: operation({
          operationId: 'listConversations',
          summary: 'The conversations that run, newest first',
          requestParams: { query: filterSchema },
          responses: { 200: answer('Them', listSchema) },
        }),
      },
      '/v1/conversations/{id}': {
        get: operation({
          operationId: 'readConversation',
          summary: 'State and transcript of a conversation',
          requestParams: ofConversation,
          responses: { 200: answer('The conversation', conversationSchema) },
        }),
      },
      '/v1/conversations/{id}/messages': {
        post: operation({
          operationId: 'sendMessage',
          summary: 'Send a message as the operator, and wait for the reply if asked',
          requestParams: waiting,
          requestBody: { required: true, content: json(messageSchema) },
          responses: taken,
        }),
      },
      '/v1/conversations/{id}/events': {
        get: operation({
          operationId: 'watchConversation',
          summary: 'Follow a conversation',
          description:
            'Server-sent events. Durable, with an id to go on from: `message`, `step`, `tool`, `approval`, `decision`, `summary`, `reply`. ' +
            'Best effort: `delta`, `progress`, `status`.',
          requestParams: {
            ...ofConversation,
            query: z.object({ after: cursorSchema }),
            header: z.object({ 'last-event-id': z.string().optional() }),
          },
          responses: {
            200: {
              description: 'Events, without end',
              content: { 'text/event-stream': { schema: z.string() } },
            },
          },
        }),
      },
      '/v1/conversations/{id}/stop': {
        post: operation({
          operationId: 'stopConversation',
          summary: 'Stop what runs: the turn, and tasks in the background',
          requestParams: waiting,
          requestBody: { content: json(actionSchema) },
          responses: taken,
        }),
      },
      '/v1/conversations/{id}/reset': {
        post: operation({
          operationId: 'resetConversation',
          summary: 'Start afresh: the agent forgets what was said here',
          requestParams: waiting,
          requestBody: { content: json(actionSchema) },
          responses: taken,
        }),
      },
      '/v1/conversations/{id}/approvals/{approval}': {
        post: operation({
          operationId: 'decideApproval',
          summary: 'Decide a request that waits for an approver',
          requestParams: { ...waiting, path: z.object({ id, approval: z.string() }) },
          requestBody: { required: true, content: json(decisionSchema) },
          responses: taken,
        }),
      },
      '/v1/approvals': {
        get: operation({
          operationId: 'listApprovals',
          summary: 'Requests for which turns wait, in all conversations',
          responses: { 200: answer('Them', approvalsSchema) },
        }),
      },
      '/v1/chat/completions': {
        post: operation(
          {
            operationId: 'createChatCompletion',
            summary: "A turn, in the form of OpenAI's Chat Completions",
            requestParams: ofProgram,
            requestBody: { required: true, content: json(chatRequestSchema) },
            responses: { 200: stream('The reply; chunks of it if `stream` is set', completionSchema) },
          },
          openAiErrorSchema,
        ),
      },
      '/v1/responses': {
        post: operation(
          {
            operationId: 'createResponse',
            summary: "A turn, in the form of OpenAI's Responses",
            requestParams: ofProgram,
            requestBody: { required: true, content: json(responsesRequestSchema) },
            responses: { 200: stream('The reply; events if `stream` is set', responseSchema) },
          },
          openAiErrorSchema,
        ),
      },
      '/v1/models': {
        get: operation(
          {
            operationId: 'listModels',
            summary: 'The agents, as models',
            responses: { 200: answer('Them', modelsSchema) },
          },
          openAiErrorSchema,
        ),
      },
      '/v1/models/{model}': {
        get: operation(
          {
            operationId: 'readModel',
            summary: 'An agent, as a model',
            requestParams: { path: z.object({ model: z.string() }) },
            responses: { 200: answer('It', modelSchema) },
          },
          openAiErrorSchema,
        ),
      },
      '/v1/openapi.json': {
        get: operation({
          operationId: 'describeApi',
          summary: 'This description',
          responses: { 200: answer('It', z.looseObject({ openapi: z.string() })) },
        }),
      },
    },
  });
}
